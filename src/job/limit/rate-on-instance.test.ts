import { expect, test } from "vitest";
import { rateOnInstance } from "./rate-on-instance.ts";

const NONE = { job: null, origin: null, instance: null, jobsAtATime: 1 };

test("what a tool on an instance is told is the least of what the job, its server and the instance allow", () => {
  expect(rateOnInstance(NONE)).toBeNull();
  expect(rateOnInstance({ ...NONE, job: 5000 })).toBe(5000);
  expect(rateOnInstance({ ...NONE, job: 5000, origin: 3000, instance: 4000 })).toBe(3000);
  expect(rateOnInstance({ ...NONE, job: 5000, instance: 4000 })).toBe(4000);
});

test("as many tools as may run at once keep the limit of the instance together", () => {
  for (const jobsAtATime of [1, 2, 3, 7]) {
    const each = rateOnInstance({ ...NONE, instance: 10_000, jobsAtATime });
    expect(jobsAtATime * (each ?? Infinity)).toBeLessThanOrEqual(10_000);
    expect(jobsAtATime * (each ?? 0)).toBeGreaterThan(10_000 - jobsAtATime);
  }
  expect(rateOnInstance({ ...NONE, instance: 10_000, jobsAtATime: 0 })).toBe(10_000);
});
