/** `haulyard progress` as people run it: in a pipe. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { endAllCli, HAULYARD, jsonLines, runCli, startCli } from "./world/cli.ts";

const CORPUS = join(import.meta.dirname, "../src/shell/output/corpus");
const cwd = mkdtempSync(join(tmpdir(), "haulyard-progress-"));

afterEach(() => endAllCli());
afterAll(() => rmSync(cwd, { recursive: true }));

it("a recorded run of wget comes out as JSON lines, each with the version of --json, and exits 0", async () => {
  const input = readFileSync(join(CORPUS, "wget/quiet-with-bar.log"), "utf8");
  const { code, stdout, stderr } = await runCli(["progress", "wget"], { cwd, input });
  const lines = jsonLines(stdout);
  expect(stderr).toBe("");
  expect(lines.map(({ v }) => v)).toEqual(lines.map(() => 1));
  expect(lines.filter(({ type }) => type === "progress").length).toBeGreaterThan(3);
  expect(lines.at(-1)).toMatchObject({ type: "stage_complete", stage: "download", percent: 100 });
  expect(code).toBe(0);
});

it("the tool is found by its output", async () => {
  const input =
    'Now downloading "Test LoRA"...\nModel:  50%|█████     | 50.0M/100M [00:05<00:05, 10.0MiB/s]\n';
  const { stdout } = await runCli(["progress", "auto"], { cwd, input });
  expect(jsonLines(stdout)).toMatchObject([
    { type: "stage_start", name: "Test LoRA" },
    { type: "progress", stage: "model", percent: 50, name: "Test LoRA" },
  ]);
});

it("a frame that stands there is told while the tool still runs", async () => {
  const frame = "x.bin  50%[====>     ]  50.0M  45.3MB/s    eta 5s    ";
  // The pipe stays open until what was read has come out at the other end.
  const script = `(printf '%s' "$1"; head -n 1 told >&2) | "$0" progress wget | tee told`;
  const live = startCli(["-c", `mkfifo told && ${script}; rm told`, HAULYARD, frame], { cwd }, "/bin/sh");
  await live.ended;
  expect(jsonLines(live.stdout())).toMatchObject([{ type: "progress", percent: 50, filename: "x.bin" }]);
});

it("an unknown tool is wrong usage, and the known ones are named", async () => {
  const { code, stderr } = await runCli(["progress", "torrent"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("wget2");
  expect(stderr).toContain("auto");
});
