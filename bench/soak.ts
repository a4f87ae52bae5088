/**
 * Runs a server for hours under downloads that are killed, cut and refused, and looks what is lost or grows.
 * `npm run soak`, `npm run soak -- --minutes 10 --seed 7`, `npm run soak -- --downloads 5000`. Ends with 1 if anything was.
 */
import { parseArgs } from "node:util";
import { findLeaks, runSoak } from "../test/world/soak-run.ts";
import type { SoakSample } from "../test/world/soak-run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "120" },
    /** In place of `minutes`: however long that many take. */
    downloads: { type: "string" },
    batch: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const [minutes, batch, seed] = [Number(values.minutes), Number(values.batch), Number(values.seed)];
const wanted = values.downloads === undefined ? null : Number(values.downloads);
if (![minutes, batch, seed, wanted ?? 1].every((number) => Number.isFinite(number) && number > 0))
  throw new Error("--minutes, --downloads, --batch and --seed have to be numbers above 0");

const MINUTE_MS = 60_000;
const begun = performance.now();
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const line = ({ downloads, trouble, life, rssBytes, handles, rows }: SoakSample): string =>
  `| ${downloads} | ${life} | ${trouble} | ${mib(rssBytes)} | ${handles} | ${rows} |`;

const length = wanted === null ? `${minutes} minutes` : `${wanted} downloads`;
console.log(`seed ${seed}, ${length}, ${batch} downloads a round`);
console.log(
  "| downloads | process | trouble | memory | open files | rows |\n| --- | --- | --- | --- | --- | --- |",
);
const result = await runSoak({
  seed,
  batch,
  done: (downloads) =>
    wanted === null ? (performance.now() - begun) / (minutes * MINUTE_MS) : downloads / wanted,
  onRound: (sample) => console.log(line(sample)),
});
const leaks = findLeaks(result.samples);
const { kills, stops, cuts, bytes, lost } = result;
console.log(
  `${result.samples.at(-1)?.downloads ?? 0} downloads, ${mib(bytes)}; ${kills} kills, ${stops} stops, ${cuts} cut links; ` +
    `${((performance.now() - begun) / MINUTE_MS).toFixed(1)} minutes`,
);
for (const trouble of [...lost, ...leaks]) console.log(`! ${trouble}`);
console.log(lost.length + leaks.length === 0 ? "nothing lost, nothing leaked" : "NOT well");
process.exitCode = lost.length + leaks.length === 0 ? 0 : 1;
