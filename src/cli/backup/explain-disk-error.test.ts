import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainDiskError } from "./explain-disk-error.ts";

function errorOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

test("a full disk, a folder that is not there and a place nobody may write to each have their exit code", () => {
  const full = errorOf(() => writeFileSync("/dev/full", "x"));
  expect(explainDiskError(full, "b.tar.gz")).toMatchObject({
    code: 6,
    message: "There is no room for b.tar.gz; nothing of it is left there.",
  });
  const gone = errorOf(() => writeFileSync("/nowhere/at/all", "x"));
  expect(explainDiskError(gone, "/nowhere/at/all")).toMatchObject({ code: 3 });
  // As in /proc: the folder is there, and takes no files.
  expect(explainDiskError(gone, "b.tar.gz")).toMatchObject({ code: 4 });
  const denied = Object.assign(new Error("EACCES"), { code: "EACCES", syscall: "open" });
  expect(explainDiskError(denied, "b.tar.gz")).toMatchObject({ code: 4 });
});

test("what the disk did not say is left to whoever knows it", () => {
  expect(explainDiskError(new TypeError("a bug"), "b.tar.gz")).toBeNull();
});
