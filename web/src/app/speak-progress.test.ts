import { describe, expect, test } from "vitest";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { SILENCE, speak, SPEAK_EVERY_MS } from "./speak-progress.ts";

const NOW = 1_000_000;
const jobs = (...all: JobMessage[]) => new Map(all.map((job) => [job.id, job]));
const a = makeJob({ id: "a", name: "a.bin" });
const b = makeJob({ id: "b", name: "b.bin" });
const done = (job: JobMessage): JobMessage => ({ ...job, status: "COMPLETE" });
const failed = (job: JobMessage): JobMessage => ({ ...job, status: "FAILED" });
const begun = speak(SILENCE, jobs(a, b), 10, NOW).speech;

describe("nothing is said", () => {
  test("of what is there when the page is opened", () => {
    expect(speak(SILENCE, jobs(done(a), failed(b)), 80, NOW).words).toBe(null);
  });

  test("of progress between two milestones, however often it is told", () => {
    let speech = begun;
    for (let percent = 10; percent < 25; percent++) {
      const told = speak(speech, jobs({ ...a }, b), percent, NOW + percent * 1000);
      expect(told.words).toBe(null);
      expect(told.dueAt).toBe(null);
      speech = told.speech;
    }
  });

  test("of a percentage that went back, as more was added", () => {
    const half = speak(begun, jobs(a, b), 50, NOW).speech;
    const back = speak(half, jobs(a, { ...b }), 5, NOW + SPEAK_EVERY_MS);
    expect(back.words).toBe(null);
    expect(speak(back.speech, jobs(a, b), 26, NOW + 2 * SPEAK_EVERY_MS).words).toContain("26 percent");
  });

  test("of a job that was removed, or is new", () => {
    expect(speak(begun, jobs(b, makeJob({ id: "c", status: "FAILED" })), 10, NOW).words).toBe(null);
  });
});

test("every quarter of the way is said once, and not sooner than a while after the last word", () => {
  const first = speak(begun, jobs({ ...a }, b), 25, NOW);
  expect(first.words).toBe("Downloads are at 25 percent.");
  const soon = speak(first.speech, jobs({ ...a }, b), 51, NOW + 1_000);
  expect(soon).toMatchObject({ words: null, dueAt: NOW + SPEAK_EVERY_MS });
  // Said late, it says what is true then.
  const later = speak(soon.speech, jobs({ ...a }, b), 58, NOW + SPEAK_EVERY_MS);
  expect(later.words).toBe("Downloads are at 58 percent.");
  expect(speak(later.speech, jobs({ ...a }, b), 60, NOW + 2 * SPEAK_EVERY_MS).words).toBe(null);
});

test("what comes while one waits is said together", () => {
  const { speech } = speak(begun, jobs(done(a), b), 10, NOW + SPEAK_EVERY_MS);
  const c = makeJob({ id: "c", name: "c.bin" });
  const more = speak(speech, jobs(done(a), b, c), 10, NOW + SPEAK_EVERY_MS + 1).speech;
  const waiting = speak(more, jobs(done(a), done(b), done(c)), null, NOW + SPEAK_EVERY_MS + 2);
  expect(waiting.words).toBe(null);
  const { words } = speak(waiting.speech, jobs(done(a), done(b), done(c)), null, waiting.dueAt ?? 0);
  expect(words).toBe("2 downloads are here.");
});

test("a problem is said at once, with what has come meanwhile", () => {
  const { speech, words } = speak(begun, jobs(done(a), b), 10, NOW);
  expect(words).toBe("a.bin is here.");
  const trouble = speak(speech, jobs(done(a), failed(b)), null, NOW + 1);
  expect(trouble.words).toBe("b.bin needs your attention.");
  const both = speak(begun, jobs(failed(a), failed(b)), null, NOW + 1);
  expect(both.words).toBe("2 downloads need your attention.");
});
