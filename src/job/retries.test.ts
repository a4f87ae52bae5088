import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAILURE_CODES } from "./failure.ts";
import { formatRetries, MOST_RETRIES, parseRetries } from "./retries.ts";
import type { RetryTable } from "./retries.ts";

describe("a table of tries", () => {
  it("is codes of failures with numbers", () => {
    expect(parseRetries("connection_lost=20, not_found = 3,server_error=0")).toEqual({
      connection_lost: 20,
      not_found: 3,
      server_error: 0,
    });
  });

  it("may be empty", () => {
    expect(parseRetries(" ")).toEqual({});
  });

  it.each([
    ",",
    "connection_lost",
    "connection_lost=",
    "connection_lost=-1",
    "connection_lost=1.5",
    `connection_lost=${MOST_RETRIES + 1}`,
    "connection_lost=1,connection_lost=2",
    "no_such_code=1",
    "constructor=1",
    "connection_lost=1,",
    // What is waited for is not tried.
    "no_space=3",
  ])("is not: %j", (text) => {
    expect(parseRetries(text)).toBeNull();
  });

  it("reads back as it was written", () => {
    const codes = FAILURE_CODES.filter((code) => code !== "no_space" && code !== "stopped");
    const tables = fc.dictionary(fc.constantFrom(...codes), fc.integer({ min: 0, max: MOST_RETRIES }), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(tables, (table) => {
        expect(parseRetries(formatRetries(table as RetryTable))).toEqual({ ...table });
      }),
    );
  });
});
