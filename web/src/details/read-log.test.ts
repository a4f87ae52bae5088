import { expect, it } from "vitest";
import type { JobCalls } from "../../../src/client/create-client.ts";
import { readLog } from "./read-log.ts";

/** A server's log, as `GET /jobs/{id}/log` answers of it. */
function serverWith(whole: string, { first = 0, part = 8 } = {}) {
  const log = { whole, asked: [] as number[] };
  const jobs: Pick<JobCalls, "log"> = {
    log: async (_, offset) => {
      log.asked.push(offset);
      const end = first + log.whole.length;
      const from = Math.min(Math.max(offset < 0 ? end + offset : offset, first), end);
      const rest = log.whole.slice(from - first);
      // Whole lines.
      const text = rest.slice(0, rest.lastIndexOf("\n", part) + 1);
      return { offset: from, text, next: from + text.length, open: null };
    },
  };
  return { log, jobs };
}

it("is read to its end, and on from there", async () => {
  const { log, jobs } = serverWith("one\ntwo\nthree\n");
  const shown = await readLog(jobs, "a", undefined);
  expect(shown).toEqual({ lines: ["one", "two", "three"], open: null, cut: false, next: 14 });
  log.whole += "four\n";
  log.asked = [];
  expect(await readLog(jobs, "a", shown)).toMatchObject({ lines: ["one", "two", "three", "four"], next: 19 });
  expect(log.asked).toEqual([14, 19]);
});

it("holds no line twice where the server wrote its last ones anew", async () => {
  const { log, jobs } = serverWith("one\ntwo\nthree\n");
  const before = await readLog(jobs, "a", undefined);
  log.whole = "one\ntwo\n";
  const between = await readLog(jobs, "a", before);
  expect(between).toMatchObject({ lines: ["one", "two"], next: 8 });
  log.whole = "one\ntwo\nthree\nfour\n";
  expect(await readLog(jobs, "a", between)).toMatchObject({ lines: ["one", "two", "three", "four"] });
});

it("says that its beginning is left out, also after it has grown", async () => {
  const { log, jobs } = serverWith("two\n", { first: 4 });
  const shown = await readLog(jobs, "a", undefined);
  expect(shown).toMatchObject({ lines: ["two"], cut: true });
  log.whole += "three\n";
  expect(await readLog(jobs, "a", shown)).toMatchObject({ lines: ["two", "three"], cut: true });
});
