import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { JobCalls } from "../../../src/client/create-client.ts";
import { createRemovals, UNDO_MS } from "./create-removals.ts";

const JOB = makeJob({ status: "COMPLETE" });
const ANSWER = { success: true as const, changed: [JOB.id], refused: [] };

/** Removals whose time is told by the test. */
function start(answer: Promise<typeof ANSWER> = Promise.resolve(ANSWER)) {
  const asked: unknown[] = [];
  const shown: string[] = [];
  let due: (() => void) | null = null;
  const actions: JobCalls["actions"] = (request) => {
    asked.push(request);
    return answer;
  };
  const removals = createRemovals(
    { jobs: { actions } as JobCalls },
    {
      expect: (changes) => {
        shown.push(`without ${[...changes.keys()].length}`);
        return { done: () => shown.push("done"), undo: () => shown.push("back") };
      },
    },
    {
      set: (act, ms) => {
        expect(ms).toBe(UNDO_MS);
        due = act;
        return 1;
      },
      clear: () => (due = null),
    },
  );
  const told: string[] = [];
  const undo = removals.remove({
    which: { ids: [JOB.id] },
    shown: [JOB],
    onDone: ({ changed }) => told.push(`${changed.length} removed`),
    onFailed: (error) => told.push(String(error)),
  });
  return { removals, undo, asked, shown, told, wait: () => due?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a removal is shown at once, and the server is asked when there was time to take it back", async () => {
  const { asked, shown, told, wait } = start();
  expect(shown).toEqual(["without 1"]);
  expect(asked).toEqual([]);
  wait();
  await settled();
  expect(asked).toEqual([{ action: "remove", ids: [JOB.id] }]);
  expect(shown).toEqual(["without 1", "done"]);
  expect(told).toEqual(["1 removed"]);
});

test("what is taken back is shown again, and the server never hears of it", async () => {
  const { undo, asked, shown, wait, removals } = start();
  expect(undo()).toBe(true);
  wait();
  removals.flush();
  await settled();
  expect(asked).toEqual([]);
  expect(shown).toEqual(["without 1", "back"]);
});

test("who leaves the page has not taken it back: the server is asked at once, and once", () => {
  const { removals, undo, asked, wait } = start();
  removals.flush();
  wait();
  expect(asked).toHaveLength(1);
  expect(undo()).toBe(false);
});

test("what the server refuses is shown again", async () => {
  const { shown, told, wait } = start(Promise.reject(new Error("away")));
  wait();
  await settled();
  expect(shown).toEqual(["without 1", "back"]);
  expect(told).toEqual(["Error: away"]);
});
