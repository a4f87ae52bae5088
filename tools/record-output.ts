/**
 * Records what download tools print, for the tests of their parsers: real tools, against the origin that misbehaves as told.
 *
 *   tools/n tools/record-output.ts                all cases whose tools are here
 *   tools/n tools/record-output.ts wget           those of one tool
 *   tools/n tools/record-output.ts wget bar-list  one case
 *
 * Needs (Debian): wget wget2 busybox curl aria2 rclone git-lfs python3-tqdm locales-all. `hf` is recorded if HF_PYTHONPATH
 * (huggingface_hub 2) or HF1_PYTHONPATH (1.33) names a folder that has it; else its recordings stay as they are.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnOrigin } from "../test/world/spawn-origin.ts";
import type { SpawnedOrigin } from "../test/world/spawn-origin.ts";
import { CASES } from "./record-output/cases.ts";
import { ORIGIN_FILES } from "./record-output/origin-files.ts";
import type { RecordedCase } from "./record-output/recorded-case.ts";
import { ROOT } from "./run-command.ts";
import { findProgram } from "./test-tools.ts";

const CORPUS = join(ROOT, "src/shell/output/corpus");
const INDEX = join(CORPUS, "cases.json");
/** Always the same, as it shows in what tools print. */
const FOLDER = "/tmp/haulyard-record";
/** The origin's port is another one each time; shown is this. */
const SHOWN_PORT = "8080";
/** Nothing that is recorded takes longer. */
const TIMEOUT_SECONDS = 60;

const HF_FOLDERS = { hf: process.env["HF_PYTHONPATH"], hf1: process.env["HF1_PYTHONPATH"] };

interface Recorded extends RecordedCase {
  exit: number;
}

const [tool, name] = process.argv.slice(2);
const wanted = CASES.filter((each) => (tool ?? each.tool) === each.tool && (name ?? each.name) === each.name);
const recorded = new Map<string, Recorded>();
if (existsSync(INDEX))
  for (const each of JSON.parse(readFileSync(INDEX, "utf8")) as Recorded[]) recorded.set(keyOf(each), each);

await using origin = await spawnOrigin();
for (const each of wanted) {
  const missing = whatIsMissing(each);
  if (missing !== null) {
    console.log(`${keyOf(each)}: left as it is, ${missing} is not here`);
    continue;
  }
  const exit = await record(each, origin);
  recorded.set(keyOf(each), { ...each, exit });
  console.log(`${keyOf(each)}: exit ${exit}`);
}
// In the order of the table; what is no longer in it goes.
const kept = CASES.map(asRecorded).filter((each) => each !== undefined);
writeFileSync(INDEX, `${JSON.stringify(kept, null, 2)}\n`);
rmSync(FOLDER, { recursive: true, force: true });

/** With what is expected of it now; as it was, if the table has another command meanwhile. */
function asRecorded(each: RecordedCase): Recorded | undefined {
  const known = recorded.get(keyOf(each));
  return known?.command === each.command ? { ...each, exit: known.exit } : known;
}

function keyOf(each: RecordedCase): string {
  return `${each.tool}/${each.name}`;
}

function whatIsMissing({ tool, needs }: RecordedCase): string | null {
  if (needs !== undefined) return HF_FOLDERS[needs] === undefined ? "huggingface_hub" : null;
  const program = tool === "hf" || tool === "civitdl" || tool === "tqdm" ? "python3" : tool;
  return findProgram(program) === null ? program : null;
}

async function record(each: RecordedCase, { url, put }: SpawnedOrigin): Promise<number> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  await put(ORIGIN_FILES);
  const log = join(FOLDER, "..", "haulyard-record.log");
  const output = openSync(log, "w");
  const { columns } = each;
  const line =
    columns === undefined
      ? each.command
      : `script -qefc ${quote(`stty cols ${columns} rows 40; ${each.command}`)} /dev/null`;
  // One file for both streams, as on an instance.
  const child = spawn("timeout", [String(TIMEOUT_SECONDS), "sh", "-c", line], {
    cwd: FOLDER,
    stdio: ["ignore", output, output],
    env: environment(each, url),
  });
  const [code] = (await once(child, "exit")) as [number | null];
  closeSync(output);
  const port = new URL(url).port;
  const bytes = readFileSync(log, "latin1").replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${SHOWN_PORT}`);
  mkdirSync(join(CORPUS, each.tool), { recursive: true });
  writeFileSync(join(CORPUS, each.tool, `${each.name}.log`), bytes, "latin1");
  rmSync(log);
  return code ?? 255;
}

function environment({ locale = "C.UTF-8" }: RecordedCase, url: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: FOLDER,
    TERM: "xterm-256color",
    LC_ALL: locale,
    LANGUAGE: locale.startsWith("C") ? "" : locale,
    U: url,
    T: join(import.meta.dirname, "record-output"),
    HF: HF_FOLDERS.hf ?? "",
    HF1: HF_FOLDERS.hf1 ?? "",
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
