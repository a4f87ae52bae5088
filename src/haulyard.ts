/** The program: `bin/haulyard` and `npm start` run this file. */
import { runCommandLine } from "./cli/run-command-line.ts";
import type { GivenSettings } from "./config/read-settings.ts";

// The exit code is set, not forced: what is still to be written is written.
process.exitCode = await runCommandLine(process.argv.slice(2), async (given: GivenSettings) => {
  const { serve } = await import("./main.ts");
  return serve(given);
});
