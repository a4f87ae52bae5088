/** Answers at the edge of HTTP, and beyond it (RFC 9112). */
import { expect } from "vitest";
import { hostile } from "../world/hostile/play.ts";
import type { Result, Row } from "../world/hostile/row.ts";
import { WHOLE, failed } from "../world/hostile/row.ts";

const MB = 1_000_000;
/** Tries in vain are few, so that what never works is told soon. */
const FEW = { failuresInARow: 2 };

const unusual: Row[] = [
  { claim: "HTTP/1.0 gives the file", file: { byHand: { version: "1.0" } }, expect: WHOLE },
  {
    claim: "HTTP/1.0 without a length gives the file, and the doubt is told",
    file: { byHand: { version: "1.0" }, length: "close", ranges: "off" },
    expect: { ...WHOLE, reason: /may be cut short/ },
    resumed: { ...WHOLE, reason: /^No hash is known/ },
  },
  {
    claim: "HTTP/1.0 cut off is gone on with",
    file: { byHand: { version: "1.0" }, rules: [{ times: 1, cutAfter: MB }] },
    expect: WHOLE,
  },
  {
    claim: "100 Continue before the answer is passed over",
    file: { byHand: { interim: [100] } },
    expect: WHOLE,
  },
  {
    claim: "102 and 103 before the answer are passed over",
    file: { byHand: { interim: [102, 103, 103] } },
    expect: WHOLE,
  },
  {
    claim: "100 Continue without end is no answer",
    file: { byHand: { interim: Array<number>(500).fill(100) } },
    hasty: FEW,
    expect: failed("bad_response", /interim|1xx/i),
  },
  { claim: "a server on IPv6 gives the file", origin: { host: "::1" }, file: {}, expect: WHOLE },
];

const bombs: Row[] = [
  { claim: "a head of 20 KB is read", file: { byHand: { bomb: 20 } }, expect: WHOLE },
  {
    claim: "a head of 300 KB is refused",
    file: { byHand: { bomb: 300 } },
    hasty: FEW,
    expect: failed("bad_response", /head|header/i),
  },
  {
    claim: "a head without end is refused",
    file: { byHand: { bomb: "endless" } },
    hasty: FEW,
    expect: failed("bad_response", /head|header/i),
  },
  {
    claim: "a line of 100 KB in the head is refused",
    file: { raw: `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n` },
    hasty: FEW,
    expect: failed("bad_response", /line|head/i),
  },
  {
    claim: "a head that comes a byte at a time, once, is asked for again",
    file: { rules: [{ times: 1, byHand: { dripMs: 40 } }] },
    hasty: { headersTimeoutMs: 3_000 },
    expect: WHOLE,
  },
  {
    claim: "heads that come a byte at a time are given up",
    file: { byHand: { dripMs: 40 } },
    hasty: { ...FEW, headersTimeoutMs: 3_000 },
    expect: failed("timed_out", /did not answer/),
  },
];

function mayBeTriedAgain({ end }: Result): void {
  expect(end["retryable"]).toBe(true);
}

const RAW: readonly [words: string, raw: string][] = [
  ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
  ["two different lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"],
  [
    "a length and chunks",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
  ],
  ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nxx"],
  ["a chunk of a size that is no number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"],
  ["nothing at all", ""],
];

const broken = RAW.map(([words, raw]): Row => ({
  claim: `an answer of ${words} is no file`,
  file: { raw },
  hasty: FEW,
  expect: failed(raw === "" ? "connection_lost" : "bad_response", /./),
  also: mayBeTriedAgain,
}));

hostile("wire", [...unusual, ...bombs, ...broken]);
