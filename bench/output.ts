/**
 * How quickly output of tools is read: 100 MB each, in megabytes for a second of processor time, and what it costs in
 * memory. `tools/n bench/output.ts [tool…]`
 *
 * `recorded` is all that was recorded of a tool, again and again: far more beginnings, ends and errors than in life.
 * `one file` is a single download of wget whose bar is redrawn all the time.
 */
import type { ToolName } from "../src/job/output-contract.ts";
import { TOOL_NAMES } from "../src/job/output-contract.ts";
import { readOutput } from "../src/shell/output/read-output.ts";
import { logOf, RECORDINGS } from "../src/shell/output/testing/corpus.ts";

const BYTES = 100_000_000;
/** As they come from a run's log. */
const CHUNK_BYTES = 64 * 1024;
const ROUNDS = 5;

const wanted = process.argv.slice(2);
const names = TOOL_NAMES.filter((name) => wanted.length === 0 || wanted.includes(name));
console.log("tool      what        MB/CPU-s   memory");
for (const name of names) {
  print(name, "recorded", measure(name, repeat(recordedOf(name))));
  if (name === "wget" || name === "auto") print(name, "one file", measure(name, oneFile()));
}

function recordedOf(name: ToolName): Buffer {
  return Buffer.concat(RECORDINGS.filter(({ tool }) => name === "auto" || tool === name).map(logOf));
}

function repeat(text: Buffer): Buffer {
  const all = Buffer.alloc(BYTES);
  for (let at = 0; at < BYTES; at += text.length) text.copy(all, at, 0, Math.min(text.length, BYTES - at));
  return all;
}

function oneFile(): Buffer {
  const parts = [
    "--2026-11-21 08:08:36--  http://x.org/model.safetensors\nHTTP request sent, awaiting response... 200 OK\n" +
      "Length: 99999999999 (93G) [application/octet-stream]\nSaving to: ‘model.safetensors’\n\n",
  ];
  for (let bytes = 0, frame = 0; bytes < BYTES; frame += 1) {
    const percent = Math.floor(frame / 20_000);
    const bar = `${"=".repeat(Math.floor(percent / 6))}>`.padEnd(19);
    const done = `${(frame / 10).toFixed(2)}M`.padStart(8);
    const text = `\rmodel.safetensors   ${String(percent).padStart(3)}%[${bar}] ${done}  ${(10 + (frame % 90) / 10).toFixed(1)}MB/s    eta ${frame % 59}m ${frame % 60}s`;
    parts.push(text);
    bytes += text.length;
  }
  return Buffer.from(parts.join(""));
}

/** The best round: whatever else the machine does only makes it slower. */
function measure(name: ToolName, text: Buffer): { speed: number; memory: number } {
  let speed = 0;
  let memory = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.memoryUsage().rss;
    const began = process.cpuUsage();
    const reader = readOutput(name, () => {});
    for (let at = 0; at < text.length; at += CHUNK_BYTES) reader.write(text.subarray(at, at + CHUNK_BYTES));
    reader.end();
    const { user, system } = process.cpuUsage(began);
    speed = Math.max(speed, text.length / (user + system));
    memory = Math.max(memory, process.memoryUsage().rss - before);
  }
  return { speed, memory };
}

function print(name: ToolName, what: string, { speed, memory }: { speed: number; memory: number }): void {
  const mib = `${(memory / 2 ** 20).toFixed(0)} MiB`;
  console.log(`${name.padEnd(10)}${what.padEnd(12)}${speed.toFixed(0).padStart(8)}${mib.padStart(9)}`);
}
