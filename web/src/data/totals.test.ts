import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { sumUp } from "./totals.ts";

test("two running jobs and one in the queue add up", () => {
  const totals = sumUp([
    makeJob({ progress: { bytes_done: 450, bytes_total: 1000, bytes_per_second: 100 } }),
    makeJob({ progress: { bytes_done: 50, bytes_total: 1000, bytes_per_second: 50 } }),
    makeJob({ status: "PENDING", progress: { bytes_done: 0, bytes_total: 1000, bytes_per_second: 0 } }),
  ]);
  expect(totals).toMatchObject({ active: 2, waiting: 1, bytesPerSecond: 150, bytesDone: 500 });
  expect(totals.percent).toBe(25);
  expect(totals.etaSeconds).toBeCloseTo(2500 / 150);
});

test("a job of unknown length is named, and its speed does not make the others look early", () => {
  const unknown = { bytes_total: null, bytes_per_second: 9e9 };
  const totals = sumUp([makeJob(), makeJob({ progress: unknown })]);
  expect(totals.etaSeconds).toBeCloseTo(5.5);
  expect(totals.unknownLengths).toBe(1);
  expect(totals.percent).toBe(45);
});

test("what is over, paused or failed does not count", () => {
  const totals = sumUp([
    makeJob({ status: "COMPLETE" }),
    makeJob({ status: "PAUSED" }),
    makeJob({ status: "FAILED" }),
  ]);
  expect(totals).toMatchObject({ active: 0, waiting: 0, problems: 1, bytesTotal: 0, percent: null });
});

test("100 % is never shown while something is at work", () => {
  expect(sumUp([makeJob({ progress: { bytes_done: 1000, bytes_total: 1000 } })]).percent).toBe(99);
});
