/** Whatever is printed: nothing throws, no event says what cannot be, and time grows with the length alone. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOutput } from "./read-output.ts";
import { MAX_LINE_BYTES } from "./split-lines.ts";
import { eventsOf, logOf, RECORDINGS } from "./testing/corpus.ts";
import { TOOLS } from "../../job/output-contract.ts";
import type { ToolEvent, ToolName } from "../../job/output-contract.ts";

const NAMES: readonly ToolName[] = [...TOOLS, "auto"];
const LOGS = RECORDINGS.map((recording) => ({ tool: recording.tool, log: logOf(recording) }));

/** Percent by what it is of: it may go back only where that begins anew or has ended. */
function checkEvents(events: readonly ToolEvent[]): void {
  const percents = new Map<string, number>();
  for (const event of events) {
    const key = event.type === "error" ? `${event.name}` : `${event.stage} ${event.name}`;
    if (event.type !== "progress") {
      if (event.type !== "error" || !event.retrying) percents.clear();
      if (event.type !== "error") checkWhole(event);
      continue;
    }
    const { percent, bytes_done: done, bytes_total: total } = event;
    for (const value of [percent, done, total, event.bytes_per_second, event.eta_seconds])
      if (value !== null) expect(Number.isSafeInteger(value) && value >= 0, JSON.stringify(event)).toBe(true);
    expect(percent ?? 0, JSON.stringify(event)).toBeLessThanOrEqual(100);
    if (done !== null && total !== null) expect(done).toBeLessThanOrEqual(total);
    if (percent !== null) {
      expect(percent, JSON.stringify(event)).toBeGreaterThanOrEqual(percents.get(key) ?? 0);
      percents.set(key, percent);
    }
    checkWhole(event);
  }
}

function checkWhole(event: ToolEvent & { type: "stage_start" | "progress" | "stage_complete" }): void {
  const { all } = event;
  expect(all.files_done, JSON.stringify(event)).toBeLessThanOrEqual(all.files);
  if (all.bytes_done !== null && all.bytes_total !== null)
    expect(all.bytes_done, JSON.stringify(event)).toBeLessThanOrEqual(all.bytes_total);
}

const cutInto = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
};

/** Recorded output, damaged: bytes changed, pieces lost, repeated, swapped, and of another tool. */
const damaged = fc
  .record({
    first: fc.nat(LOGS.length - 1),
    second: fc.nat(LOGS.length - 1),
    cuts: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    order: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
    bytes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
  })
  .map(({ first, second, cuts, order, bytes }) => {
    const one = LOGS[first] ?? expect.fail();
    const other = LOGS[second] ?? expect.fail();
    const pieces = [...cutInto(one.log, cuts), ...cutInto(other.log, cuts)];
    const log = Buffer.concat(order.map((at) => pieces[at % pieces.length] ?? Buffer.alloc(0)));
    for (const [at, byte] of bytes) if (log.length > 0) log[at % log.length] = byte;
    return { tool: one.tool, log };
  });

describe("recorded output", () => {
  test.each(RECORDINGS)(
    "$tool/$name keeps the rules of events, also when its tool has to be found",
    (recording) => {
      const log = logOf(recording);
      checkEvents(eventsOf(recording.tool, [log]));
      checkEvents(eventsOf("auto", [log]));
    },
  );

  test("gives the same events however it is cut", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LOGS), fc.array(fc.nat(), { maxLength: 30 }), ({ tool, log }, cuts) => {
        expect(eventsOf(tool, cutInto(log, cuts))).toEqual(eventsOf(tool, [log]));
      }),
      { numRuns: 300 },
    );
  });

  test("damaged as it may be breaks no rule, with the right parser or a wrong one", () => {
    fc.assert(
      fc.property(damaged, fc.constantFrom(...NAMES), ({ tool, log }, other) => {
        checkEvents(eventsOf(tool, [log]));
        checkEvents(eventsOf(other, [log]));
      }),
      { numRuns: 3000 },
    );
  });

  test("a bar whose total grows while it is told together with others begins anew before it is told alone again", () => {
    const bars = [
      "model:   0%|    | 700B / 54.0MB",
      "model:  19%|#   | 0.00B / 0.00B",
      "Fetching 3 files:   0%|    | 0/3 [00:00<?, ?it/s]",
      "model:   0%|    | 0.00B / 24.0MB",
      "model:   0%|##  | 2/3 [00:02<00:01,  1.02s/it]",
    ];
    const events = eventsOf("tqdm", [Buffer.from(bars.map((bar) => `\r${bar}`).join(""))]);
    checkEvents(events);
    expect(events.filter(({ name }) => name === "model").map(({ type }) => type)).toContain("stage_start");
  });

  test("a meter of curl for no transfer at all says nothing of the file that follows", () => {
    const rows = [
      "100  683k  100  683k    0M      0 --:--:-- --:--:-- --:--:--  133M",
      "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0",
      " 23 2441k   23  566k    0     0  1008k      0  0:00:02 --:--:--  0:00:02 1007k",
    ];
    checkEvents(eventsOf("curl", [Buffer.from(rows.join("\r"))]));
  });

  test("looked at in between gives no rule away and never throws", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LOGS), fc.array(fc.nat(), { maxLength: 30 }), ({ tool, log }, cuts) => {
        const events: ToolEvent[] = [];
        const reader = readOutput(tool, (event) => events.push(event));
        for (const chunk of cutInto(log, cuts)) {
          reader.write(chunk);
          reader.settle();
        }
        reader.end();
        const completes = (all: readonly ToolEvent[]): number =>
          all.filter(({ type }) => type === "stage_complete").length;
        expect(completes(events)).toBe(completes(eventsOf(tool, [log])));
      }),
      { numRuns: 300 },
    );
  });
});

test("any text at all is read by any parser", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(noise, fc.constantFrom(...NAMES), (log, name) => checkEvents(eventsOf(name, [log]))),
    { numRuns: 1000 },
  );
});

/** One line as long as lines get, of what regular expressions stumble over. */
const HOSTILE = [
  ...Array.from("[]|%=:'\"(){}<>#.,-/\\ \t0aK*✓…█"),
  "%|",
  "% ",
  "1.",
  "0 ",
  "] ",
  "[ ",
  "a: ",
  "K .",
  "… ",
  "... ",
  "‘’",
  "errorCode=3 ",
  "Transferred: ",
  "][#abcdef 1B/1B",
  '{"level":',
  "Error: ",
];
const BEGINNINGS = [
  "",
  "--2026-11-21 08:08:36--  ",
  "2026-11-21 08:08:36 (1 MB/s) - ",
  "2026-11-21 08:08:36 URL:",
  "Length: ",
  "Saving to: '",
  "  3550K ..........",
  "x  50%[===>   ]",
  "Model: 26%|",
  "Model: 26%|█| 1/2 [00:00<00:00, ",
  "[#abcdef 1B/1B(1%)",
  "[DL:1B][#abcdef 1B/1B(1%)]",
  'Now downloading "',
  "abcdef|OK |1B/s|",
  "  0  1  2  3 ",
  "curl: (22) ",
  "saving to '",
  "[0] Downloading '",
  "HTTP response 200 ",
  'Download completed for "',
  "Transferred: \t 1 MiB / 2 MiB, ",
  " * ",
  "Downloading LFS objects: 50% (1/2), ",
  "requests.exceptions.",
  '{"level":"error","msg":"',
];

/** At 50 MB/s a line takes 1.3 ms; one step for each pair of its characters would take seconds, every time. */
const SLOW_MS = 150;
/** What else a machine has to do is not what is measured: the best of so many counts. */
const TRIES = 20;

/** Processor time of this thread. */
function costOf(name: ToolName, line: Buffer): number {
  let best = Infinity;
  for (let tries = 0; tries < TRIES && best >= SLOW_MS; tries += 1) {
    const began = process.threadCpuUsage();
    eventsOf(name, [line]);
    const { user, system } = process.threadCpuUsage(began);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

test.each(NAMES)("the time of %s grows with the length of a line alone, however hostile", (name) => {
  for (const beginning of BEGINNINGS) {
    for (const unit of HOSTILE) {
      const line = Buffer.from(`${beginning}${unit.repeat(MAX_LINE_BYTES / unit.length)}\n`);
      expect(costOf(name, line), `${beginning}${unit}…`).toBeLessThan(SLOW_MS);
    }
  }
});
