import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failure } from "./failure.ts";
import type { FailureCode } from "./failure.ts";
import type { RetryTable } from "./retries.ts";
import { MAX_FAILURES_IN_A_ROW, pauseMs, planRetry } from "./retry-policy.ts";

const NOW = 1_700_000_000_000;
const DAY_MS = 24 * 3_600_000;
const lost = failure("connection_lost", "The connection broke.");
const random = fc.double({ min: 0, max: 1, noNaN: true });

describe("a failed step", () => {
  test("that a person has to mend first is not tried again, even if the server names a time", () => {
    expect(planRetry(failure("not_found", "Gone."), 0, NOW, 0.5)).toBeNull();
    expect(planRetry(failure("forbidden", "No.", { retryAt: NOW + 1 }), 0, NOW, 0.5)).toBeNull();
  });

  test.each([
    [0, 1_000, 2_000],
    [1, 2_000, 4_000],
    [2, 4_000, 8_000],
    [3, 8_000, 16_000],
    [4, 16_000, 32_000],
  ])("after %i failures before it waits %i to %i ms", (failures, least, most) => {
    expect(planRetry(lost, failures, NOW, 0)).toBe(NOW + least);
    expect(planRetry(lost, failures, NOW, 1)).toBe(NOW + most);
  });

  test("fails for good after so many failures in a row", () => {
    expect(planRetry(lost, MAX_FAILURES_IN_A_ROW - 2, NOW, 0.5)).not.toBeNull();
    expect(planRetry(lost, MAX_FAILURES_IN_A_ROW - 1, NOW, 0.5)).toBeNull();
  });
});

describe("a server that says when to come back", () => {
  const asks = (retryAt: number) => failure("rate_limited", "Slow down.", { retryAt });

  test("is obeyed to the millisecond, as often as it asks", () => {
    expect(planRetry(asks(NOW + 90_000), 0, NOW, 0.5)).toBe(NOW + 90_000);
    expect(planRetry(asks(NOW + 90_000), 500, NOW, 0.5)).toBe(NOW + 90_000);
  });

  test("cannot make us ask in a tight circle: our own pause is the least", () => {
    expect(planRetry(asks(NOW), 0, NOW, 0)).toBe(NOW + 1_000);
    expect(planRetry(asks(NOW - DAY_MS), 500, NOW, 1)).toBe(NOW + 60_000);
  });

  test("cannot put a job to sleep for longer than a day", () => {
    expect(planRetry(asks(NOW + 400 * DAY_MS), 0, NOW, 0.5)).toBe(NOW + DAY_MS);
    expect(planRetry(asks(Number.MAX_VALUE), 0, NOW, 0.5)).toBe(NOW + DAY_MS);
  });
});

test("our own pause is never shorter than a second or longer than a minute, and grows with the failures", () => {
  fc.assert(
    fc.property(fc.nat(5_000), random, (failures, chance) => {
      const pause = pauseMs(failures, chance);
      expect(pause).toBeGreaterThanOrEqual(1_000);
      expect(pause).toBeLessThanOrEqual(60_000);
      expect(pauseMs(failures + 1, chance)).toBeGreaterThanOrEqual(pause);
    }),
  );
});

describe("a failure whose tries are set", () => {
  const at = (code: FailureCode, failures: number, retries: RetryTable, more = {}) =>
    planRetry(failure(code, "It failed.", more), failures, NOW, 1, retries);

  test("is tried so often, with the same pauses, and then it has failed", () => {
    expect(at("connection_lost", 0, { connection_lost: 20 })).toBe(NOW + 2_000);
    expect(at("connection_lost", 19, { connection_lost: 20 })).toBe(NOW + 60_000);
    expect(at("connection_lost", 20, { connection_lost: 20 })).toBeNull();
    expect(at("connection_lost", 0, { connection_lost: 0 })).toBeNull();
  });

  test("may be one that is not tried again otherwise", () => {
    expect(at("not_found", 2, { not_found: 3 })).toBe(NOW + 8_000);
    expect(at("not_found", 3, { not_found: 3 })).toBeNull();
    expect(at("gone", 0, { not_found: 3 })).toBeNull();
  });

  test("counts against a server that says when to come back, too", () => {
    const more = { retryAt: NOW + 90_000 };
    expect(at("rate_limited", 1, { rate_limited: 2 }, more)).toBe(NOW + 90_000);
    expect(at("rate_limited", 2, { rate_limited: 2 }, more)).toBeNull();
  });

  test("is not tried where it is known of this very one that it is in vain", () => {
    expect(at("connection_failed", 0, { connection_failed: 9 }, { retryable: false })).toBeNull();
  });

  test("leaves the others as they are", () => {
    expect(at("timed_out", MAX_FAILURES_IN_A_ROW - 2, { connection_lost: 0 })).not.toBeNull();
    expect(at("timed_out", MAX_FAILURES_IN_A_ROW - 1, { connection_lost: 0 })).toBeNull();
  });
});
