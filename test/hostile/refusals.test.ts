/** Servers that refuse, ask to wait, or let only so many in (RFC 9110 §15.5, §15.6, §10.2.3; RFC 6585 §4). */
import { expect } from "vitest";
import type { FileSpec } from "../world/origin.ts";
import { hostile } from "../world/hostile/play.ts";
import type { Result, Row } from "../world/hostile/row.ts";
import { VERIFIED, WHOLE, failed } from "../world/hostile/row.ts";

const MB = 1_000_000;
const once = (answer: Partial<FileSpec>): Partial<FileSpec> => ({ rules: [{ times: 1, ...answer }] });

/** Counted from when the origin was set up, a while passes until it is asked. Seconds. */
const SET_UP = 50;

/** It waited as long as it was told, and not much longer, before it asked again. */
function waited(seconds: number, setUp = 0): (result: Result) => void {
  return ({ slept }) => {
    const longest = Math.max(0, ...slept);
    expect(longest).toBeGreaterThan((seconds - setUp) * 1000 - 1500);
    expect(longest).toBeLessThan(seconds * 1000 + 1500);
  };
}

const final: Row[] = [
  {
    claim: "401 says which token is missing",
    file: { status: 401, headers: { "WWW-Authenticate": "Bearer" } },
    expect: failed("unauthorized", /answered 401 Unauthorized.*HF_TOKEN, CIVITAI_API_KEY/),
  },
  {
    claim: "401 that wants a password says how to give it",
    file: { status: 401, headers: { "WWW-Authenticate": 'Basic realm="files"' } },
    expect: failed("unauthorized", /answered 401.*user:password@/),
  },
  {
    claim: "401 with the right header is opened",
    file: { authorization: "Bearer sesame" },
    before: { authorization: "Bearer sesame" },
    header: ["Authorization: Bearer sesame"],
    expect: WHOLE,
  },
  {
    claim: "403 says what to do",
    file: { status: 403 },
    expect: failed("forbidden", /answered 403 Forbidden.*licence/),
  },
  { claim: "404 is not found, at once", file: { status: 404 }, expect: failed("not_found", /answered 404/) },
  { claim: "410 is gone, at once", file: { status: 410 }, expect: failed("gone", /answered 410 Gone/) },
  {
    claim: "451 is refused, at once",
    file: { status: 451 },
    expect: failed("refused_by_server", /Unavailable For Legal Reasons/),
  },
];

/** Every status that is worth another try, one after the other. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];
const inTurn = (answer: (nth: number) => Partial<FileSpec>): Partial<FileSpec> => ({
  rules: PASSING.map((status, nth) => ({ times: 1, status, ...answer(nth) })),
});

/** It waited as long as each answer said, not less and not much more. */
function waitedForAll(seconds: (nth: number) => number): (result: Result) => void {
  return ({ slept }) => {
    for (const nth of PASSING.keys()) {
      const wanted = seconds(nth) * 1000;
      expect(
        slept.some((ms) => Math.abs(ms - wanted) < 1500),
        `${wanted} of ${slept.join(" ")}`,
      ).toBe(true);
    }
  };
}

const again: Row[] = [
  {
    claim: `${PASSING.join(", ")}, one after the other, are asked again`,
    file: inTurn(() => ({})),
    hasty: {},
    expect: WHOLE,
  },
  {
    claim: `${PASSING.join(", ")} with Retry-After in seconds are asked again then, not sooner`,
    file: inTurn((nth) => ({ retryAfter: 30 + 4 * nth })),
    hasty: {},
    expect: WHOLE,
    also: waitedForAll((nth) => 30 + 4 * nth),
  },
  {
    claim: `${PASSING.join(", ")} with Retry-After as a date are asked again then, not sooner`,
    file: inTurn((nth) => ({ retryAfter: `date:${500 * (nth + 1)}` })),
    hasty: { longestWaitMs: 3_600_000 },
    expect: WHOLE,
  },
];

const EPOCH_SECONDS = (seconds: number): string => String(Math.round(Date.now() / 1000) + seconds);

const limits: readonly [words: string, headers: () => Record<string, string>][] = [
  [
    "RateLimit (r, t)",
    () => ({ "RateLimit-Policy": '"default";q=100;w=60', RateLimit: '"default";r=0;t=59' }),
  ],
  ["RateLimit (remaining, reset)", () => ({ RateLimit: "limit=100, remaining=0, reset=59" })],
  ["RateLimit-Reset", () => ({ "RateLimit-Remaining": "0", "RateLimit-Reset": "59" })],
  ["X-RateLimit-Reset in seconds", () => ({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "59" })],
  [
    "X-RateLimit-Reset as a time",
    () => ({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": EPOCH_SECONDS(59) }),
  ],
];

const rate = limits.map(([words, headers], nth): Row => ({
  claim: `429 with ${words} is asked again when the window ends`,
  file: () => once({ status: 429, headers: headers() }),
  hasty: {},
  // However it is said, it is heard by the same ear.
  only: ({ connections }) => connections === "one" || nth === 0,
  expect: WHOLE,
  also: waited(59, SET_UP),
}));

const always: Row[] = [
  {
    claim: "403 that means a rate limit (nothing left until a time) is asked again then",
    file: () =>
      once({
        status: 403,
        headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": EPOCH_SECONDS(59) },
      }),
    hasty: {},
    expect: WHOLE,
    also: waited(59, SET_UP),
  },
  {
    claim: "503 for ever is network trouble, told with what the server said",
    file: { status: 503 },
    hasty: {},
    expect: failed("server_error", /answered 503 Service Unavailable/),
  },
  {
    claim: "429 for ever is told as such",
    file: { status: 429 },
    hasty: {},
    expect: failed("rate_limited", /answered 429 Too Many Requests/),
  },
  {
    claim: "501 is not asked again",
    file: { status: 501 },
    expect: failed("refused_by_server", /answered 501/),
    also: ({ seen }) => expect(seen).toHaveLength(1),
  },
];

const crowded: Row[] = [
  {
    claim: "a server that lets two requests in at once gives the file",
    file: { atOnce: { most: 2, status: 503, retryAfter: 1 }, bytesPerSecond: 4 * MB },
    expect: WHOLE,
  },
  {
    claim: "a server that answers 429 to more than one request at once gives the file",
    file: { atOnce: { most: 1, status: 429 }, bytesPerSecond: 4 * MB },
    expect: WHOLE,
  },
  {
    claim: "a server that resets every connection but two gives the file",
    origin: { mostConnections: 2 },
    file: { bytesPerSecond: 4 * MB },
    expect: WHOLE,
  },
  {
    claim: "a server in trouble every other time gives the file",
    file: {
      cutAfter: 2 * MB,
      rules: [
        { skip: 1, times: 1, status: 500 },
        { skip: 3, times: 1, status: 503 },
      ],
    },
    sha256: ({ origin, path }) => origin.hash(path),
    hasty: {},
    expect: VERIFIED,
  },
];

hostile("refusals", [...final, ...again, ...rate, ...always, ...crowded]);
