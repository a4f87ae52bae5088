import { expect, test } from "vitest";
import type { CommandProgress } from "../../job/progress.ts";
import { hasStalled, Silence } from "./silence.ts";

type Word = Extract<NonNullable<CommandProgress["event"]>, { type: "progress" }>;

const UNDER_WAY = { type: "progress", bytes_done: 10, bytes_total: 100 } as Word;

test("bytes that stay the same are noticed though the tool goes on talking, and both begin anew where nobody could hear", () => {
  const silence = new Silence();
  silence.heard(10);
  silence.passed(50);
  silence.heard(10);
  silence.passed(50);
  expect(silence.stillMs).toBe(100);
  expect(silence.note(60)).toBeNull();
  silence.passed(61_000);
  expect(silence.note(60)).toBe("no word from the command for 61 s");
  silence.heard(11);
  expect(silence.stillMs).toBe(0);
  expect(silence.note(60)).toBeNull();
  silence.passed(100);
  silence.reset();
  expect([silence.stillMs, silence.note(60)]).toEqual([0, null]);
});

test.each([
  ["a download that stands still in the middle of its file", true, UNDER_WAY, true],
  ["one of unknown length", true, { ...UNDER_WAY, bytes_total: null }, true],
  ["a command that would not go on from what is there", false, UNDER_WAY, false],
  ["a file that is all there: it may be hashed", true, { ...UNDER_WAY, bytes_done: 100 }, false],
  ["a tool that never spoke of bytes", true, { ...UNDER_WAY, bytes_done: null }, false],
  ["a tool that never spoke", true, null, false],
  [
    "a file that is done, before the next is spoken of",
    true,
    { ...UNDER_WAY, type: "stage_complete" } as never,
    false,
  ],
])("%s: stalled? %j", (_, resumes, event, expected) => {
  expect(hasStalled({ resumes }, event)).toBe(expected);
});
