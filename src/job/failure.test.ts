import { describe, expect, test } from "vitest";
import { FAILURE_CODES, failure, isFailureCode } from "./failure.ts";

describe.each(FAILURE_CODES)("the failure %s", (code) => {
  const made = failure(code, "What came.");

  test("tells what to do in whole sentences", () => {
    expect(made.advice).toMatch(/^[A-Z].{10,200}\.$/);
    expect(made.advice).not.toMatch(/undefined|null|TODO/);
  });

  test("carries its message, and is retryable or not for every job alike", () => {
    expect(made).toEqual({
      code,
      message: "What came.",
      advice: made.advice,
      retryable: made.retryable,
      retryAt: null,
    });
    expect(failure(code, "Another.").retryable).toBe(made.retryable);
  });

  test("has a name that can stay for good", () => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(isFailureCode(code)).toBe(true);
  });
});

test("what a person has to mend is not tried again by itself", () => {
  const retried = FAILURE_CODES.filter((code) => failure(code, "").retryable);
  expect(retried.toSorted()).toEqual([
    "bad_response",
    "connection_failed",
    "connection_lost",
    "dns_failed",
    "no_space",
    "object_changed",
    "rate_limited",
    "run_lost",
    "server_error",
    "stalled",
    "stopped",
    "timed_out",
    "truncated",
    "unreachable",
  ]);
});

test("who knows better can say more", () => {
  const made = failure("server_error", "Busy.", { retryAt: 5, retryable: false, advice: "Wait." });
  expect(made).toEqual({
    code: "server_error",
    message: "Busy.",
    advice: "Wait.",
    retryable: false,
    retryAt: 5,
  });
});

test.each(["", "toString", "__proto__", "NOT_FOUND", "not found"])("%j is no failure code", (word) => {
  expect(isFailureCode(word)).toBe(false);
});
