/** Files that are replaced on the server: between two runs, or under way (RFC 9110 §8.8, §13.1.5; CONTRACT §7.1). */
import type { FileSpec } from "../world/origin.ts";
import { hostile } from "../world/hostile/play.ts";
import type { Row } from "../world/hostile/row.ts";
import { SIZE, VERIFIED, WHOLE, failed } from "../world/hostile/row.ts";

const MB = 1_000_000;

const HEADERS: readonly [words: string, headers: Partial<FileSpec>][] = [
  ["a strong ETag", {}],
  ["a weak ETag", { etag: "weak", lastModified: null }],
  ["a date alone", { etag: "none" }],
  ["no validator", { etag: "none", lastModified: null }],
  ["a server that ignores If-Range", { ifRange: "ignored" }],
  [
    "a server that ignores If-Range and has no validator",
    { ifRange: "ignored", etag: "none", lastModified: null },
  ],
];

const SIZES: readonly [words: string, size: number][] = [
  ["of the same size", SIZE],
  ["that is shorter", 5 * MB],
  ["that is shorter than what is stored", MB],
  ["that is longer", SIZE + MB],
];

/** With a date alone, another version has another date, or nothing could tell. */
function later(headers: Partial<FileSpec>): Partial<FileSpec> {
  const dated = headers.etag === "none" && headers.lastModified === undefined;
  return dated ? { ...headers, lastModified: "Tue, 02 Jan 2024 00:00:00 GMT" } : headers;
}

const between = HEADERS.flatMap(([headersWords, headers]) =>
  SIZES.map(([sizeWords, size]): Row => ({
    claim: `between two runs the file becomes another one ${sizeWords}: never mixed (${headersWords})`,
    before: headers,
    file: { ...later(headers), size, seed: 2 },
    only: ({ start }) => start === "resumed",
    expect: WHOLE,
  })),
);

const underWay = HEADERS.flatMap(([headersWords, headers]) =>
  SIZES.map(([sizeWords, size]): Row => ({
    claim: `under way the file becomes another one ${sizeWords}: never mixed (${headersWords})`,
    before: headers,
    file: {
      ...headers,
      cutAfter: 2 * MB,
      then: { afterRequests: 1, file: { ...later(headers), size, seed: 2 } },
    },
    // After kill -9 it is as between two runs, but for one request: the sizes need not all be seen again.
    only: ({ start }) => start === "fresh" || size === SIZE,
    expect: WHOLE,
  })),
);

const others: Row[] = [
  {
    claim: "a server that forgets its ETag and ignores If-Range: what is stored is compared, and kept",
    file: { etag: "none", lastModified: null, ifRange: "ignored" },
    expect: WHOLE,
  },
  {
    claim: "another ETag for the same bytes: nothing is mixed, and the file is whole",
    file: { etag: '"after a move of the store"' },
    expect: WHOLE,
  },
  {
    claim: "the hash of the new version is the one that counts when the file was replaced",
    file: { seed: 2 },
    sha256: ({ origin, path }) => origin.hash(path),
    // The first run had the hash of the version of then.
    only: ({ start }) => start === "resumed",
    expect: VERIFIED,
  },
  {
    claim: "a file that is another one at every request: given up, never mixed",
    file: {
      cutAfter: MB,
      then: {
        afterRequests: 1,
        file: {
          size: SIZE,
          seed: 2,
          cutAfter: MB,
          etag: '"v"',
          rules: Array.from({ length: 100 }, (_, nth) => ({ times: 1, etag: `"v${nth}"` as const })),
        },
      },
    },
    hasty: {},
    expect: failed("object_changed", /changed|began anew/, "kept"),
  },
];

hostile("versions", [...between, ...underWay, ...others]);
