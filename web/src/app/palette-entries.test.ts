import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { MOST_JOBS, paletteEntries } from "./palette-entries.ts";

const COMMANDS = [
  { id: "add", label: "Add a download", also: "new url" },
  { id: "pause", label: "Pause all downloads" },
];
const JOBS = Array.from({ length: 20 }, (_, index) =>
  makeJob({ id: `${index}`, name: `model-${index}.gguf`, sequence: index }),
);
const labels = (typed: string): string[] => paletteEntries(typed, COMMANDS, JOBS).map(({ label }) => label);

test("without a word all commands are offered, and no job", () => {
  expect(labels("  ")).toEqual(["Add a download", "Pause all downloads"]);
});

test("every word has to be in a command, or in another word for it", () => {
  expect(labels("down add")).toEqual(["Add a download"]);
  expect(labels("URL")).toEqual(["Add a download"]);
});

test("jobs are found by name, the newest first and not too many", () => {
  expect(labels("gguf")).toHaveLength(MOST_JOBS);
  expect(labels("gguf")[0]).toBe("model-19.gguf");
  expect(labels("model-7")).toEqual(["model-7.gguf"]);
});
