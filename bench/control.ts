/**
 * The control plane under load: `npm run bench:control`, `npm run bench:control -- --quick`.
 *
 * What the store takes as the queue grows, and what a server takes that has it all at once: a full store, a command that
 * is followed on every instance, downloads that move, streams that are read. Options: bench/control/options.ts.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { startPostgres } from "../test/world/postgres.ts";
import { measureGrowth } from "./control/grow.ts";
import { readOptions } from "./control/options.ts";
import { growthTable, servedTable } from "./control/report.ts";
import { measureServer } from "./control/serve.ts";
import type { Served } from "./control/serve.ts";

/** As people run it: what is committed is synced. */
const AS_INSTALLED = ["--listen_addresses=", "--max_connections=200", "--log_min_messages=fatal"];

const options = readOptions(process.argv.slice(2));
const postgres = options.databases.includes("postgres") ? await startPostgres(AS_INSTALLED) : null;
const sections: string[] = [];
const say = (text: string): void => {
  sections.push(text);
  console.log(`\n${text}`);
};
console.log(
  `seed ${options.seed}; load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores before it begins`,
);
try {
  if (options.grows) say(growthTable(await measureGrowth(options, postgres)));
  if (options.serves) {
    const served: Served[] = [];
    for (const database of options.databases) served.push(await measureServer(database, options, postgres));
    say(servedTable(served));
  }
} finally {
  await postgres?.remove();
}
if (options.write !== null) writeFileSync(options.write, `${sections.join("\n\n")}\n`);
