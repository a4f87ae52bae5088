/**
 * `npm run bench`: one file from a local nginx, with and without its SHA-256 checked.
 *
 *   npm run bench -- --size 8G --rounds 5 --folder /mnt/disk --only haulyard,curl
 *
 * Whole processes are measured, start-up included, in interleaved rounds: a machine that gets slower
 * half-way gets slower for all. Only ratios of medians of one run mean anything.
 */
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Contender, Errand } from "./contenders.ts";
import { available, CONTENDERS } from "./contenders.ts";
import type { Cost } from "./measure.ts";
import { measure } from "./measure.ts";
import { serveWithNginx } from "./serve-with-nginx.ts";
import { printTable } from "./table.ts";

const GIB = 2 ** 30;
/** Bytes the file is made of, again and again: random, so that nothing on the way can save work. */
const BLOCK = 16 * 2 ** 20;

const values = readOptions();
const size = readSize(values.size);
const rounds = readCount(values.rounds);
const only = values.only?.split(",").map((word) => word.trim());
const chosen = CONTENDERS.filter(
  (contender) =>
    available(contender) && (only === undefined || only.some((word) => contender.label.startsWith(word))),
);

const scratch = mkdtempSync(join(values.folder ?? chooseFolder(), "haulyard-bench-"));
const stopEarly = (): void => {
  rmSync(scratch, { recursive: true, force: true });
  process.exit(130);
};
process.once("SIGINT", stopEarly).once("SIGTERM", stopEarly);
try {
  await run();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const sha256 = makeFile(join(scratch, "file.bin"));
  const served = await serveWithNginx(scratch, scratch);
  const errand: Errand = { url: `${served.url}/file.bin`, folder: scratch, name: "got.bin", sha256 };
  const costs = new Map<Contender, Cost[]>(chosen.map((contender) => [contender, []]));
  console.log(`${(size / GIB).toFixed(2)} GiB, ${rounds} rounds, in ${scratch}`);
  try {
    for (let round = 0; round < rounds; round += 1) {
      // Each round begins with another one, so that none always follows the same.
      const order = [...chosen.slice(round % chosen.length), ...chosen.slice(0, round % chosen.length)];
      for (const contender of order) costs.get(contender)?.push(await fetchOnce(contender, errand));
      console.log(`round ${round + 1} of ${rounds} done`);
    }
  } finally {
    await served.stop();
  }
  for (const hashes of [false, true]) {
    const group = [...costs].filter(([contender]) => contender.hashes === hashes);
    console.log(`\n${hashes ? "SHA-256 checked" : "No hash"}`);
    printTable(
      group.map(([{ label }, measured]) => ({ label, costs: measured })),
      size,
    );
  }
}

async function fetchOnce(contender: Contender, errand: Errand): Promise<Cost> {
  const target = join(errand.folder, errand.name);
  const cost = await measure(contender.command(errand), { HAULYARD_DATA: join(scratch, "data") });
  const got = statSync(target).size;
  if (got !== size) throw new Error(`${contender.label} wrote ${got} bytes in place of ${size}`);
  rmSync(target);
  return cost;
}

/** Writes the file that is served; returns its SHA-256. */
function makeFile(path: string): string {
  const block = randomFillSync(new Uint8Array(Math.min(BLOCK, size)));
  const hash = createHash("sha256");
  const descriptor = openSync(path, "w");
  for (let written = 0; written < size; written += block.length) {
    const piece = block.subarray(0, Math.min(block.length, size - written));
    writeSync(descriptor, piece);
    hash.update(piece);
  }
  closeSync(descriptor);
  return hash.digest("hex");
}

/** Memory when it holds the file twice with room to spare: then no disk is measured. */
function chooseFolder(): string {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    return bavail * bsize > size * 2.5 ? "/dev/shm" : tmpdir();
  } catch {
    return tmpdir();
  }
}

function readOptions(): { size: string; rounds: string; folder?: string; only?: string } {
  const options = {
    size: { type: "string", default: "2G" },
    rounds: { type: "string", default: "5" },
    folder: { type: "string" },
    only: { type: "string" },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    console.error("Usage: npm run bench -- [--size 2G] [--rounds 5] [--folder DIR] [--only LABEL,LABEL]");
    return process.exit(2);
  }
}

function readSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text);
  const unit = { "": 1, K: 2 ** 10, M: 2 ** 20, G: GIB }[(match?.[2] ?? "").toUpperCase()];
  const bytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
  if (bytes >= 1) return bytes;
  console.error(`bench: --size is bytes or a number with K, M or G, not '${text}'`);
  return process.exit(2);
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  console.error(`bench: --rounds is a number from 1 to 999, not '${text}'`);
  return process.exit(2);
}
