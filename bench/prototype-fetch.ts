/**
 * The fast body path in its smallest whole: one file over one or more connections, without any of the promises
 * of a transfer (no ledger, no resume, no retry). To measure what the parts can do.
 *
 *   tools/n bench/prototype-fetch.ts URL FILE [--sha256 HEX] [--connections N] [--piece MIB] [--slot KIB]
 *     [--direct] [--sync] [--ca FILE]
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { parseArgs } from "node:util";
import { systemClock } from "../src/job/clock.ts";
import { addRange } from "../src/transfer/byte-ranges.ts";
import type { ByteRange } from "../src/transfer/byte-ranges.ts";
import { DirectFile, DirectMounts } from "../src/transfer/disk/direct-file.ts";
import { FileSink } from "../src/transfer/sinks/file-sink.ts";
import type { SinkFile } from "../src/transfer/sinks/file-sink.ts";
import { SlotPool, SlotShare } from "../src/transfer/disk/slot-pool.ts";
import { HashRing } from "../src/transfer/hash/hash-ring.ts";
import { RingPrefixHash } from "../src/transfer/hash/ring-prefix-hash.ts";
import { fieldValue } from "../src/transfer/http1/fields.ts";
import { Http1Client } from "../src/transfer/http1/http1-client.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sha256: { type: "string" },
    connections: { type: "string", default: "1" },
    piece: { type: "string", default: "16" },
    slot: { type: "string", default: "1024" },
    direct: { type: "boolean", default: false },
    sync: { type: "boolean", default: false },
    ca: { type: "string" },
    usage: { type: "boolean", default: false },
  },
});
const [address = "", path = ""] = positionals;
const url = new URL(address);
const connections = Number(values.connections);
const pieceBytes = Number(values.piece) * 1024 * 1024;
const size = { slots: connections + 12, slotBytes: Number(values.slot) * 1024 };
const signal = new AbortController().signal;

const client = new Http1Client({
  clock: systemClock,
  userAgent: "haulyard-prototype",
  connectTimeoutMs: 10_000,
  limits: { headTimeoutMs: 30_000, idleTimeoutMs: 30_000 },
  tls: { secureContext: createSecureContext(values.ca === undefined ? {} : { ca: readFileSync(values.ca) }) },
});
const pool = new SlotPool(size);
const ring = values.sha256 === undefined ? null : new HashRing(pool);
const fd = openSync(path, "w+");
let written: readonly ByteRange[] = [];
const hash = ring === null ? null : new RingPrefixHash("sha256", ring.open("sha256"), fd, () => written);
const share = new SlotShare(pool, 12);
const target: SinkFile = {
  file: new DirectFile(fd, new DirectMounts()),
  share,
  offer: (position, slot, from, to) => {
    const hashed = hash?.offer(position, slot, from, to) ?? true;
    return values.direct && hashed;
  },
  wrote: (from, to) => {
    written = addRange(written, [from, to]);
    hash?.wrote();
  },
  failed: (error) => fail(String(error)),
  brake: () => null,
};

const total = connections === 1 ? await fetchRange(0, null) : await fetchPieces();
if (hash !== null) {
  const digest = await hash.digest();
  if (digest.kind === "failed" || digest.hex !== values.sha256?.toLowerCase())
    fail(`the hash is wrong: ${JSON.stringify(digest)}`);
}
await ring?.close();
client.close();
target.file.close();
if (values.sync) fsyncSync(fd);
closeSync(fd);
if (values.usage) {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1e6;
  console.log(
    `${total} bytes, ${cpu.toFixed(2)} CPU-s, ${(cpu / (total / 2 ** 30)).toFixed(2)} CPU-s/GiB, ${Math.round(maxRSS / 1024)} MB`,
  );
}

/** Pieces of one size, taken by whichever connection is free. */
async function fetchPieces(): Promise<number> {
  const total = await fetchRange(0, pieceBytes);
  ftruncateSync(fd, total);
  let next = pieceBytes;
  const work = async (): Promise<void> => {
    while (next < total) {
      const start = next;
      next += pieceBytes;
      await fetchRange(start, Math.min(next, total));
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return total;
}

/** Answers the size of the whole file. */
async function fetchRange(start: number, end: number | null): Promise<number> {
  const fields: [string, string][] = [["Accept-Encoding", "identity"]];
  if (end !== null) fields.push(["Range", `bytes=${start}-${end - 1}`]);
  const outcome = await client.send({ method: "GET", url, fields, proxy: null }, signal);
  if (outcome.kind !== "answer") return fail(JSON.stringify(outcome));
  const { status, fields: answered, framing } = outcome.head;
  if (status !== (end === null ? 200 : 206)) return fail(`status ${status}`);
  const bytes = framing.kind === "length" ? framing.bytes : null;
  const endAt = bytes === null ? null : start + bytes;
  const sink = new FileSink(target, { position: start, end: endAt, until: () => null, moved: () => {} });
  share.join();
  const body = await outcome.body.receive(sink, signal);
  const sunk = await sink.finish();
  share.leave();
  if (body.kind !== "ended" || sunk.kind !== "written") {
    return fail(`${JSON.stringify(body)} ${JSON.stringify(sunk)}`);
  }
  const range = /\/([0-9]+)$/.exec(fieldValue(answered, "content-range") ?? "");
  return range === null ? sunk.end : Number(range[1]);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
