/**
 * Three nodes on one PostgreSQL, with instances behind sshds and an origin that misbehaves: kills, cuts, floods and wrong
 * clocks for minutes, then a look at whether everything that was promised was kept.
 * `npm run chaos`, `npm run chaos -- --minutes 10 --seed 7 --nodes 3`. Ends with 1 if anything was not.
 */
import { parseArgs } from "node:util";
import type { TroubleKind } from "../test/world/chaos/plan-chaos.ts";
import { TROUBLES } from "../test/world/chaos/plan-chaos.ts";
import { runChaos } from "../test/world/chaos/run-chaos.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    nodes: { type: "string", default: "3" },
    workers: { type: "string", default: "1" },
    instances: { type: "string", default: "3" },
    /** Only these kinds of trouble, with commas between them. */
    only: { type: "string" },
    quiet: { type: "boolean", default: false },
  },
});
const [minutes, seed, nodes, instances] = [values.minutes, values.seed, values.nodes, values.instances].map(
  Number,
);
for (const number of [minutes, seed, nodes, instances])
  if (number === undefined || !Number.isFinite(number) || number <= 0)
    throw new Error("--minutes, --seed, --nodes and --instances have to be numbers above 0");
const all = Object.keys(TROUBLES) as TroubleKind[];
const only = values.only?.split(",") ?? all;
for (const kind of only)
  if (!all.some((known) => known === kind))
    throw new Error(`--only: there is no ${kind}; there are ${all.join(", ")}`);

console.log(`seed ${seed}, ${minutes} minutes, ${nodes} nodes, ${instances} instances`);
const { broken, figures, made, took } = await runChaos({
  seed: seed as number,
  seconds: (minutes as number) * 60,
  nodes: nodes as number,
  workers: Number(values.workers),
  instances: instances as number,
  perMinute: { file: 40, sent: 8, card: 10 },
  without: all.filter((kind) => !only.includes(kind)),
  ...(values.quiet ? {} : { log: (line: string) => console.log(line) }),
});
console.log(
  `troubles: ${Object.entries(made)
    .map(([kind, times]) => `${times} ${kind}`)
    .join(", ")}`,
);
const { bytes, ...rest } = figures;
console.log(
  `${Object.entries(rest)
    .map(([what, many]) => `${many} ${what}`)
    .join(", ")}, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${took.toFixed(0)} s`,
);
for (const sentence of broken) console.log(`! ${sentence}`);
console.log(broken.length === 0 ? "every promise was kept" : `${broken.length} promises were BROKEN`);
process.exitCode = broken.length === 0 ? 0 : 1;
