import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { tellsBytes } from "./tells-bytes.ts";

const command: JobMessage["steps"][number] = {
  kind: "command",
  line: "pip install x",
  title: null,
  tool: "auto",
  expects: [],
};

test("commands that name no bytes are told without any; once they name some, with them", () => {
  const bytes = (bytes_done: number, bytes_total: number | null) =>
    tellsBytes(makeJob({ steps: [command], progress: { bytes_done, bytes_total } }));
  expect(bytes(0, null)).toBe(false);
  expect(bytes(0, 0)).toBe(false);
  expect(bytes(1, null)).toBe(true);
  expect(bytes(0, 1000)).toBe(true);
});

test("a file is told with its bytes, even if it has none", () => {
  expect(tellsBytes(makeJob({ progress: { bytes_done: 0, bytes_total: 0 } }))).toBe(true);
  expect(tellsBytes(makeJob({ progress: { bytes_done: 0, bytes_total: null } }))).toBe(true);
});
