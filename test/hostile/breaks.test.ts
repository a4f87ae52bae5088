/** Bodies that break off, end early, stop or never come (RFC 9112 §6, §8, §9). */
import { expect } from "vitest";
import { hostile } from "../world/hostile/play.ts";
import type { SeenRequest } from "../world/origin-script.ts";
import type { Row } from "../world/hostile/row.ts";
import { SIZE, VERIFIED, WHOLE, failed } from "../world/hostile/row.ts";
import { waitFor } from "../world/haulyard.ts";

const MB = 1_000_000;
const HALF = SIZE / 2;
const once = (answer: object): { rules: { times: number }[] } => ({ rules: [{ times: 1, ...answer }] });
/** Silence counts after so long, and no other wait may end before it. */
const IMPATIENT = { stallMs: 1_500, headersTimeoutMs: 60_000 };
/** Likewise while nothing is answered. */
const UNANSWERED = { stallMs: 60_000, headersTimeoutMs: 1_500 };

const cut: Row[] = [
  { claim: "a body cut off once goes on from there", file: once({ cutAfter: MB }), expect: WHOLE },
  { claim: "a body cut off every time goes on every time", file: { cutAfter: MB }, expect: WHOLE },
  { claim: "a connection reset once costs nothing", file: once({ cutAfter: MB, cut: "rst" }), expect: WHOLE },
  { claim: "a connection reset every time costs nothing", file: { cutAfter: MB, cut: "rst" }, expect: WHOLE },
  {
    claim: "an answer reset before its first byte is asked for again",
    file: once({ cutAfter: 0, cut: "rst" }),
    expect: WHOLE,
  },
  {
    claim: "a server that resets every answer before its first byte: network trouble, what is stored is kept",
    file: { cutAfter: 0, cut: "rst" },
    hasty: {},
    expect: failed("connection_lost", /reset|closed|lost/),
  },
  {
    claim: "a body that is always cut off and never resumed is no file",
    file: { cutAfter: MB, ranges: "off" },
    hasty: {},
    expect: failed("connection_lost", /cannot resume, and broke off/, "kept"),
  },
  {
    claim: "a server that announces more than it sends, and closes, is asked for the rest",
    file: once({ length: 1000, cutAfter: SIZE }),
    expect: WHOLE,
  },
  {
    claim: "a server that sends more than it announces is not believed",
    file: { length: -7, bytesPerSecond: 50_000_000 },
    hasty: {},
    expect: failed("bad_response", /more bytes than/),
    // Parts that contradict themselves are not taken; asked for the whole, it says too little again. Which of them
    // is the last one is the network's affair.
    resumed: failed("bad_response", /more bytes than|announced \d+ bytes for a part of/, "none"),
  },
];

const chunked: Row[] = [
  { claim: "a body in chunks is whole at its last chunk", file: { length: "chunked" }, expect: WHOLE },
  {
    claim: "a body in chunks without an end, once, goes on from there",
    file: { length: "chunked", ...once({ cutAfter: HALF }) },
    expect: WHOLE,
  },
  {
    claim: "a body in chunks without an end is never taken for whole",
    file: { length: "chunked", ranges: "off", etag: "none", lastModified: null, cutAfter: HALF },
    hasty: {},
    expect: failed("connection_lost", /cannot resume, and broke off/, "kept"),
  },
  {
    claim: "a body in chunks that stops after its last byte, before its last chunk, is asked for its end",
    file: { length: "chunked", ...once({ cutAfter: SIZE }) },
    expect: WHOLE,
  },
];

const close: Row[] = [
  {
    claim: "a body that ends with its connection is taken, and the doubt is told",
    file: { length: "close", ranges: "off" },
    expect: { ...WHOLE, reason: /neither a hash nor the length: the file may be cut short/ },
    // Its length was told before.
    resumed: { ...WHOLE, reason: /^No hash is known/ },
  },
  {
    claim: "a body that ends with its connection half-way: nobody can know, and the doubt is told",
    file: { length: "close", ranges: "off", cutAfter: HALF },
    only: ({ start }) => start === "fresh",
    expect: { kind: "short", bytes: HALF, reason: /may be cut short/ },
  },
  {
    claim: "a body that ends with its connection half-way is not the file if its hash is known",
    file: { length: "close", ranges: "off", cutAfter: HALF },
    sha256: ({ origin, path }) => origin.hash(path),
    hasty: {},
    expect: failed("checksum_mismatch", /expected/),
    resumed: failed("connection_lost", /cannot resume, and broke off/, "kept"),
  },
  {
    claim: "a part that ends with its connection half-way is gone on with",
    file: {
      rules: [
        { times: 1, cutAfter: MB },
        { times: 1, length: "close", cutAfter: MB },
      ],
    },
    expect: WHOLE,
  },
];

const silence: Row[] = [
  {
    claim: "silence in the middle of a body, once: the rest comes over another connection",
    file: once({ cutAfter: MB, cut: "stall" }),
    hasty: IMPATIENT,
    expect: WHOLE,
  },
  {
    claim: "silence in the middle of every answer: each goes on where the last one stopped",
    file: { cutAfter: 2 * MB, cut: "stall" },
    hasty: IMPATIENT,
    expect: WHOLE,
  },
  {
    claim: "answers that never get to their first byte: given up, and said so",
    file: { cutAfter: 0, cut: "stall" },
    hasty: { ...IMPATIENT, failuresInARow: 2 },
    expect: failed("stalled", /sent nothing/),
  },
  {
    claim: "a request that is never answered, once, is asked again",
    file: once({ delayMs: "silent" }),
    hasty: UNANSWERED,
    expect: WHOLE,
  },
  {
    claim: "requests that are never answered: given up, and said so",
    file: { delayMs: "silent" },
    hasty: { ...UNANSWERED, failuresInARow: 2 },
    expect: failed("timed_out", /did not answer/),
  },
  {
    claim: "a slow but steady body is no silence",
    // Far longer than silence is borne, and never as silent: not even where the machine is busy with other things.
    file: { size: 1_000_000, bytesPerSecond: 100_000 },
    hasty: { stallMs: 5_000 },
    only: ({ start }) => start === "fresh",
    expect: WHOLE,
    also: ({ connections, seen }) => {
      if (connections === "one") expect(seen).toHaveLength(1);
    },
  },
  {
    claim: "one connection far slower than the others does not hold up the file",
    file: {
      // Alone, the first would take a minute: long enough for a second to come on any machine.
      bytesPerSecond: MB / 8,
      rules: [{ when: { ranged: true }, skip: 1, times: 1, bytesPerSecond: 500 }],
    },
    only: ({ connections }) => connections === "many",
    expect: WHOLE,
    also: ({ seen }) => expectLeft(seen.filter(({ range }) => range !== null)[1], seen),
  },
  {
    claim: "an empty file is a file",
    file: { size: 0 },
    only: ({ start }) => start === "fresh",
    expect: WHOLE,
  },
  {
    claim: "a hash that fits is told after the worst of connections",
    file: { cutAfter: MB, cut: "rst", rules: [{ skip: 2, times: 1, status: 500 }] },
    sha256: ({ origin, path }) => origin.hash(path),
    expect: VERIFIED,
  },
];

/**
 * An answer was left with most of it unsent, and its last byte came over another connection; or so little was asked of
 * it that there was nothing to wait for.
 */
async function expectLeft(slow: SeenRequest | undefined, seen: readonly SeenRequest[]): Promise<void> {
  if (slow === undefined) throw new Error(`there was no second answer: ${JSON.stringify(seen)}`);
  // The server notes a moment later that nobody listens any more.
  await waitFor(
    "the slow answer's end",
    async () => slow.end,
    (how) => how !== "open",
  );
  const { start, end } = askedRange(slow);
  if (slow.end === "done") {
    expect(slow.bytesSent, JSON.stringify(seen)).toBeLessThan(SIZE / 100);
    return;
  }
  expect(slow).toMatchObject({ end: "client_left" });
  expect(slow.bytesSent).toBeLessThan((end - start) / 2);
  const others = seen.filter(({ port }) => port !== slow.port);
  const brought = others.filter((other) => {
    const from = askedRange(other).start;
    return from < end && from + other.bytesSent >= end;
  });
  expect(brought, JSON.stringify(seen)).not.toEqual([]);
}

function askedRange({ range }: SeenRequest): { start: number; end: number } {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  return { start: Number(match?.[1] ?? 0), end: match?.[2] ? Number(match[2]) + 1 : SIZE };
}

hostile("bodies", [...cut, ...chunked, ...close, ...silence]);
