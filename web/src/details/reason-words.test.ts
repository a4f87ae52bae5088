import { expect, test } from "vitest";
import { reasonWords } from "./reason-words.ts";

test("who took a job up is a machine, not a process", () => {
  const reason = "taken up by gpu/box-1/15063-35d565d1-5b8f-491b-af0c-b814670b7fa7";
  expect(reasonWords({ to: "RUNNING", reason })).toBe("taken up by gpu/box-1");
  expect(reasonWords({ to: "RUNNING", reason: "taken up by runner" })).toBe("taken up by runner");
});

test("what is complete is said to be so once", () => {
  expect(reasonWords({ to: "COMPLETE", reason: "complete" })).toBe("");
  expect(reasonWords({ to: "COMPLETE", reason: "complete: it was there already" })).toBe(
    "it was there already",
  );
  expect(reasonWords({ to: "FAILED", reason: "complete nonsense" })).toBe("complete nonsense");
});
