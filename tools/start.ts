/** `npm start`: builds the page if its sources changed, then is `haulyard serve`. Arguments go through. */
import { join } from "node:path";
import { buildPage } from "./build-page.ts";
import { ROOT } from "./run-command.ts";

const built = await buildPage();
if (built.kind === "failed") {
  console.error(built.output);
  console.error("The page could not be built. Is node_modules complete? Run 'npm ci'.");
  process.exit(1);
}
if (built.kind === "built") console.log(`The page is built (${(built.ms / 1000).toFixed(1)} s).`);

// In this very process: signals, exit code and terminal are the server's own.
const program = join(ROOT, "src/haulyard.ts");
process.argv.splice(1, process.argv.length, program, "serve", ...process.argv.slice(2));
await import("../src/haulyard.ts");
