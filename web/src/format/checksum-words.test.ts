import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { checksumWords } from "./checksum-words.ts";

const hash = { algorithm: "sha256", hex: "ab".repeat(32), origin: "X-Linked-Etag" };

test("a verified file says by which hash and from whom", () => {
  expect(checksumWords(makeJob({ checksum: { state: "verified", ...hash } }))).toEqual({
    kind: "verified",
    label: "Verified sha256",
    sentence: "Every byte matches the sha256 from X-Linked-Etag.",
  });
});

test("an unverified file says why", () => {
  const job = makeJob({ checksum: { state: "unverified", reason: "the server publishes no hash" } });
  expect(checksumWords(job)).toMatchObject({
    kind: "unverified",
    sentence: "Unverified – the server publishes no hash",
  });
});

test("a hash that is known beforehand is announced", () => {
  const [step] = makeJob().steps;
  if (step?.kind !== "transfer") throw new Error("the sample job is a transfer");
  expect(checksumWords(makeJob({ steps: [{ ...step, checksum: hash }] }))).toMatchObject({
    kind: "expected",
    label: "sha256 known",
  });
});

test("no hash at all is not shown as a promise", () => {
  expect(checksumWords(makeJob()).kind).toBe("unknown");
});
