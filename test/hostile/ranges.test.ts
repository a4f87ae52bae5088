/** Servers that do ranges badly, or not at all (RFC 9110 §14). */
import { expect } from "vitest";
import type { Rule } from "../world/origin.ts";
import { hostile } from "../world/hostile/play.ts";
import type { Mode, Row } from "../world/hostile/row.ts";
import { SIZE, VERIFIED, WHOLE } from "../world/hostile/row.ts";

const MB = 1_000_000;

/** The first whole answer breaks off: the rest is asked for as a part, in a fresh run as well. */
const CUT: Rule = { when: { ranged: false }, times: 1, cutAfter: 2 * MB };
/** The same; after kill -9 the rest is asked for as a part anyway, and a fresh start is to come in one piece. */
const cutFresh = ({ start }: Mode): Rule[] => (start === "fresh" ? [CUT] : []);
const PART = { ranged: true };
/** Right, and so short that others follow: one wrong answer in a row is an accident. */
const BRIEF: Rule = { when: PART, times: 1, cutAfter: 100_000 };
const RIGHT = /no hash is known/i;

const honest: Row[] = [
  {
    claim: "a server that behaves gives the file, and nothing of what is stored a second time",
    // So slow that half of it is worth several connections.
    file: ({ connections }) => (connections === "one" ? {} : { bytesPerSecond: MB / 4 }),
    expect: { ...WHOLE, reason: RIGHT },
    also: ({ seen, stored, connections }) => {
      const sent = seen.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
      expect(sent).toBeLessThan(SIZE - stored + MB);
      const ports = new Set(seen.map(({ port }) => port)).size;
      // How many are worth their while is the machine's affair.
      if (connections === "one") expect(ports).toBe(1);
    },
  },
  {
    claim: "parts shorter than asked for are taken, and the rest is asked for",
    file: { rules: [CUT], capBytes: MB },
    expect: WHOLE,
  },
  {
    claim: "a 206 in chunks is taken",
    file: { rules: [CUT, { when: PART, length: "chunked" }] },
    expect: WHOLE,
  },
  {
    claim: "a 206 that ends with its connection is taken up to the end it announced",
    file: { rules: [CUT, { when: PART, length: "close" }] },
    expect: WHOLE,
  },
  {
    claim: "a 206 without the length of the whole is taken under its validator",
    file: { rules: [CUT], partial: "unknown_total" },
    expect: WHOLE,
  },
];

const without: Row[] = [
  { claim: "a server that never does ranges gives the file", file: { ranges: "off" }, expect: WHOLE },
  {
    claim: "a server that says it does ranges and sends 200 gives the file",
    file: { ranges: "ignored" },
    expect: WHOLE,
  },
  {
    claim: "a server that ignores ranges after the first one is begun at anew",
    file: { rules: [CUT, { when: PART, times: 1, cutAfter: MB }, { when: PART, ranges: "ignored" }] },
    expect: WHOLE,
  },
  {
    claim: "a server that ignores a range now and then gives the file",
    file: { rules: [CUT, { when: PART, times: 1, ranges: "ignored", cutAfter: MB }] },
    expect: WHOLE,
  },
  {
    claim: "a 206 that nobody asked for is never the file",
    file: { rules: [{ when: { ranged: false }, status: 206, text: "part" }] },
    hasty: {},
    expect: { kind: "failed", exit: 7, code: "bad_response", says: /a part \(206\)/, partial: "none" },
    resumed: WHOLE,
  },
];

const WRONG = ["wrong_start", "wrong_total", "no_content_range", "multipart", "wrong_unit"] as const;

const wrong: Row[] = [
  ...WRONG.map((partial): Row => ({
    claim: `a 206 that is always wrong (${partial}) is never written: the whole file is asked for`,
    file: { rules: [CUT], partial },
    expect: WHOLE,
  })),
  {
    claim: "206s that are wrong once, each in another way, are never written",
    file: { rules: [CUT, ...WRONG.flatMap((partial) => [{ when: PART, times: 1, partial }, BRIEF])] },
    expect: WHOLE,
  },
];

const lies: Row[] = [
  {
    claim: "a 206 of another length than its Content-Range is never written",
    file: { rules: [CUT, { when: PART, length: 7 }] },
    expect: WHOLE,
  },
  {
    claim: "a 206 with more bytes than it announced is never written",
    file: { rules: [CUT, { when: PART, times: 1, partial: "overlong" }] },
    expect: WHOLE,
  },
  {
    claim: "right headers with wrong bytes: the hash tells, and one fresh start mends it",
    file: (mode) => ({ rules: [...cutFresh(mode), { when: PART, wrongBytes: true }] }),
    sha256: ({ origin, path }) => origin.hash(path),
    expect: VERIFIED,
  },
  {
    claim: "right headers with bytes from elsewhere: the hash tells, and one fresh start mends it",
    file: (mode) => ({ rules: [...cutFresh(mode), { when: PART, shiftBytes: 4096 }] }),
    sha256: ({ origin, path }) => origin.hash(path),
    expect: VERIFIED,
  },
  {
    claim:
      "right headers with wrong bytes, and no hash: fetching parts again tells, and one fresh start mends it",
    file: (mode) => ({ rules: [...cutFresh(mode), { when: PART, times: 1, wrongBytes: true }] }),
    expect: { ...WHOLE, reason: RIGHT },
  },
  {
    claim: "right headers with bytes from elsewhere, and no hash: fetching parts again tells",
    file: (mode) => ({ rules: [...cutFresh(mode), { when: PART, shiftBytes: 4096 }] }),
    expect: { ...WHOLE, reason: RIGHT },
  },
];

const ends: Row[] = [
  {
    claim: "416 although something is missing: begun anew, and whole",
    file: {
      rules: [CUT, { when: PART, status: 416, headers: { "Content-Range": `bytes */${SIZE}` } }],
    },
    expect: WHOLE,
  },
  {
    claim: "416 at the very end of a file whose length was never told means that it is whole",
    before: { length: "chunked", cutAfter: SIZE, cut: "stall" },
    kill: { bytes: SIZE },
    file: { length: "chunked" },
    only: ({ start }) => start === "resumed",
    expect: WHOLE,
  },
  {
    claim:
      "a partial with every byte of the file, and the right hash, is put in place without another request",
    kill: "verifying",
    file: { status: 404, size: SIZE },
    sha256: ({ origin, path }) => origin.hash(path),
    only: ({ start }) => start === "resumed",
    expect: VERIFIED,
    also: ({ seen }) => expect(seen).toEqual([]),
  },
  {
    claim: "a partial that came in one piece is put in place without another request, also without a hash",
    before: { length: "chunked" },
    kill: "verifying",
    file: { status: 404, size: SIZE },
    only: ({ start }) => start === "resumed",
    expect: WHOLE,
    also: ({ seen }) => expect(seen).toEqual([]),
  },
  {
    claim: "a partial that is longer than the file is now is given up",
    file: { size: 2 * MB, seed: 2 },
    only: ({ start }) => start === "resumed",
    expect: WHOLE,
  },
  {
    claim: "a partial that is longer than the file is now, with the same beginning, is given up",
    file: { size: 2 * MB },
    only: ({ start }) => start === "resumed",
    expect: WHOLE,
  },
  {
    claim: "a partial just as long as the file is now is given up if that is another file",
    kill: { bytes: 3 * MB },
    file: { size: 3_145_728, seed: 2, etag: "none", lastModified: null },
    before: { etag: "none", lastModified: null },
    only: ({ start }) => start === "resumed",
    expect: WHOLE,
  },
];

hostile("ranges", [...honest, ...without, ...wrong, ...lies, ...ends]);
