/**
 * Many small files over the fast body path, without any of the promises of a transfer. To measure.
 *
 *   tools/n bench/prototype-many.ts BASE-URL LIST FOLDER [--connections N] [--check]
 *
 * LIST has a line per file: its name, and with --check a space and its SHA-256.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../src/job/clock.ts";
import { DirectFile, DirectMounts } from "../src/transfer/disk/direct-file.ts";
import { FileSink } from "../src/transfer/sinks/file-sink.ts";
import { SlotPool, SlotShare } from "../src/transfer/disk/slot-pool.ts";
import { HashRing } from "../src/transfer/hash/hash-ring.ts";
import { RingPrefixHash } from "../src/transfer/hash/ring-prefix-hash.ts";
import { Http1Client } from "../src/transfer/http1/http1-client.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: "string", default: "8" },
    check: { type: "boolean", default: false },
    usage: { type: "boolean", default: false },
  },
});
const [base = "", list = "", folder = ""] = positionals;
const connections = Number(values.connections);
const size = { slots: connections + 8, slotBytes: 256 * 1024 };
const signal = new AbortController().signal;
const client = new Http1Client({
  clock: systemClock,
  userAgent: "haulyard-prototype",
  connectTimeoutMs: 10_000,
  limits: { headTimeoutMs: 30_000, idleTimeoutMs: 30_000 },
  tls: {},
});
const pool = new SlotPool(size);
const ring = values.check ? new HashRing(pool) : null;
const lines = readFileSync(list, "utf8")
  .split("\n")
  .filter((line) => line !== "");

await Promise.all(
  Array.from({ length: connections }, async () => {
    for (let line = lines.pop(); line !== undefined; line = lines.pop()) await fetchOne(line);
  }),
);
await ring?.close();
client.close();
if (values.usage) {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(`${((userCPUTime + systemCPUTime) / 1e6).toFixed(2)} CPU-s, ${Math.round(maxRSS / 1024)} MB`);
}

async function fetchOne(line: string): Promise<void> {
  const [name = "", sha256 = ""] = line.split(" ");
  const url = new URL(name, base);
  const outcome = await client.send({ method: "GET", url, fields: [], proxy: null }, signal);
  if (outcome.kind !== "answer" || outcome.head.status !== 200)
    return fail(`${name}: ${JSON.stringify(outcome)}`);
  const fd = openSync(join(folder, name), "w+");
  const hash = ring === null ? null : new RingPrefixHash("sha256", ring.open("sha256"), fd, () => []);
  const { framing } = outcome.head;
  const share = new SlotShare(pool, 4);
  share.join();
  const sink = new FileSink(
    {
      file: new DirectFile(fd, new DirectMounts()),
      share,
      offer: (position, slot, from, to) => {
        hash?.offer(position, slot, from, to);
        return false;
      },
      wrote: () => {},
      failed: (error) => fail(`${name}: ${String(error)}`),
      brake: () => null,
    },
    {
      position: 0,
      end: framing.kind === "length" ? framing.bytes : null,
      until: () => null,
      moved: () => {},
    },
  );
  const body = await outcome.body.receive(sink, signal);
  const written = await sink.finish();
  if (body.kind !== "ended" || written.kind !== "written")
    return fail(`${name}: ${JSON.stringify([body, written])}`);
  if (hash !== null) {
    const digest = await hash.digest();
    if (digest.kind === "failed" || digest.hex !== sha256) return fail(`${name}: ${JSON.stringify(digest)}`);
  }
  closeSync(fd);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
