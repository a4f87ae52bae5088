import { expect, test } from "vitest";
import type { Verified } from "./verify-run.ts";
import { VerifyRun } from "./verify-run.ts";

/** A server whose answers the test gives, one by one. */
function scripted() {
  const asked: string[] = [];
  let answer: (verdict: Verified["verdict"] | Error) => void = () => {};
  const run = new VerifyRun({
    verify: (paths, signal) =>
      new Promise((resolve, reject) => {
        const [path = ""] = paths;
        asked.push(path);
        answer = (verdict) =>
          verdict instanceof Error ? reject(verdict) : resolve([{ path, verdict, file: null }]);
        signal?.addEventListener("abort", () => reject(new Error("stopped")));
      }),
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    run,
    asked,
    say: async (verdict: Verified["verdict"] | Error) => {
      answer(verdict);
      await settle();
    },
    settle,
  };
}
const file = (name: string, size = 10) => ({ path: `/m/${name}`, size });

test("files are read one after the other, also those that are asked for meanwhile, and none twice", async () => {
  const { run, asked, say } = scripted();
  run.add([file("a"), file("b", 30)]);
  expect(run.getSnapshot().running).toEqual({
    path: "/m/a",
    done: 0,
    all: 2,
    doneBytes: 0,
    allBytes: 40,
  });
  run.add([file("a"), file("b"), file("c", 60)]);
  expect(run.getSnapshot().running).toMatchObject({ all: 3, allBytes: 100 });
  await say("right");
  expect(run.getSnapshot().running).toEqual({
    path: "/m/b",
    done: 1,
    all: 3,
    doneBytes: 10,
    allBytes: 100,
  });
  await say("wrong");
  await say("unknown");
  expect(asked).toEqual(["/m/a", "/m/b", "/m/c"]);
  const { running, results } = run.getSnapshot();
  expect(running).toBe(null);
  expect([...results.values()].map(({ verdict }) => verdict)).toEqual(["right", "wrong", "unknown"]);
});

test("it is stopped without an error, and begins anew with what is asked for next", async () => {
  const { run, asked, say, settle } = scripted();
  run.add([file("a"), file("b")]);
  await say("right");
  run.stop();
  await settle();
  expect(run.getSnapshot()).toMatchObject({ running: null, error: null });
  expect(run.getSnapshot().results.size).toBe(1);
  run.add([file("c")]);
  expect(run.getSnapshot().results.size).toBe(0);
  await say("right");
  expect(asked).toEqual(["/m/a", "/m/b", "/m/c"]);
});

test("a server that goes away ends it with its reason; what is known so far stays", async () => {
  const { run, say } = scripted();
  run.add([file("a"), file("b"), file("c")]);
  await say("right");
  await say(new Error("away"));
  expect(run.getSnapshot()).toMatchObject({ running: null, error: new Error("away") });
  expect(run.getSnapshot().results.size).toBe(1);
  run.clear();
  expect(run.getSnapshot()).toMatchObject({ error: null });
});
