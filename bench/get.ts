/**
 * `npm run bench`: `haulyard get` beside other downloaders, as whole processes, start-up included.
 *
 *   npm run bench -- --size 4G --rounds 5 --case one,limited --only haulyard,curl --write docs/benchmarks.md
 *
 * Interleaved rounds: a machine that gets slower half-way gets slower for all. Only ratios of medians of one run
 * mean anything. Ends with 1 when a bar is not reached.
 */
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeCase } from "./bars.ts";
import type { Case } from "./cases.ts";
import { allCases } from "./cases.ts";
import type { Errand } from "./contenders.ts";
import { available } from "./contenders.ts";
import { makeFile, makeManyFiles } from "./make-files.ts";
import { measureCase } from "./measure-case.ts";
import { readOptions } from "./options.ts";
import type { Served } from "./serve.ts";
import { serve } from "./serve.ts";
import { layOut, tableOf } from "./table.ts";
import { writeReport } from "./write-report.ts";

const options = readOptions(process.argv.slice(2));
const scratch = mkdtempSync(join(chooseFolder(options.size), "haulyard-bench-"));
const disk = mkdtempSync(join(options.disk, "haulyard-bench-"));
const cleanUp = (): void => {
  for (const folder of [scratch, disk]) rmSync(folder, { recursive: true, force: true });
};
process.once("SIGINT", stopEarly).once("SIGTERM", stopEarly);

let served: Served | null = null;
const sections: string[] = [];
try {
  const www = join(scratch, "www");
  mkdirSync(www);
  served = await serve(www, scratch);
  const many = makeManyFiles(join(www, "many"), `${served.urls.plain}/many`, scratch, {
    count: 1000,
    size: 2 ** 20,
  });
  const hashes = new Map<number, string>();
  let reached = true;
  for (const each of allCases(options.size)) {
    if (options.cases !== null && !options.cases.includes(each.name)) continue;
    const base = served.urls[each.server];
    if (base === null) {
      show(`## ${each.title}\n\nLeft out: it needs root, python3 and network namespaces.`);
      continue;
    }
    const name = `${each.bytes}.bin`;
    if (each.files === null && !hashes.has(each.bytes)) {
      hashes.set(each.bytes, makeFile(join(www, name), each.bytes));
    }
    const isChecked = each.name === "many-sha256";
    const errand: Errand = {
      url: `${base}/${name}`,
      folder: join(each.synced ? disk : scratch, "got"),
      name: "got.bin",
      sha256: hashes.get(each.bytes) ?? "",
      list: each.files === null ? join(www, name) : many.list,
      ariaList: isChecked ? many.ariaListHashed : many.ariaList,
      ca: each.server === "tls" ? served.ca : null,
      synced: each.synced,
    };
    reached = (await runCase(each, errand)) && reached;
  }
  if (options.write !== null) writeReport(options.write, sections, options);
  process.exitCode = reached ? 0 : 1;
} finally {
  await served?.stop();
  cleanUp();
}

async function runCase(each: Case, errand: Errand): Promise<boolean> {
  const { only, rounds } = options;
  const chosen = each.contenders.filter(
    (contender) =>
      available(contender) && (only === null || only.some((word) => contender.label.startsWith(word))),
  );
  if (chosen.length === 0) return true;
  const measured = await measureCase(each, chosen, errand, rounds, scratch);
  const verdicts = judgeCase(each, measured);
  const bars = layOut(
    ["bar", "reached", "measured"],
    verdicts.map(({ bar, got, reached }) => [bar, reached ? "yes" : "NO", got]),
  );
  const amount = each.files === null ? `${(each.bytes / 2 ** 30).toFixed(2)} GiB` : `${each.files} files`;
  show(`## ${each.title}\n\n${amount}, medians of ${rounds}.\n\n${tableOf(measured, each.bytes)}\n\n${bars}`);
  return verdicts.every(({ reached }) => reached);
}

function show(section: string): void {
  sections.push(section);
  console.log(`\n${section}`);
}

/** Memory when it holds the file twice with room to spare: then no disk is measured. */
function chooseFolder(size: number): string {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    return bavail * bsize > size * 2 + 4 * 2 ** 30 ? "/dev/shm" : tmpdir();
  } catch {
    return tmpdir();
  }
}

function stopEarly(): void {
  void served?.stop().finally(() => {
    cleanUp();
    process.exit(130);
  });
}
