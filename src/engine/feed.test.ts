import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import type { JobStateKind } from "../job/job-state.ts";
import { initialProgress } from "../job/progress.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { claim, complete, draft, insert, NOW } from "../store/suite/under-test.ts";
import type { FeedItem } from "./engine-contract.ts";
import { NO_MACHINES } from "../job/machines.ts";
import { Feed } from "./feed.ts";
import { GroupMeter } from "./group-meter.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { quickFolder } from "../../test/world/quick-folder.ts";

const FOLLOWERS = 120;

test("who comes from far back is told nothing of a job that it has left behind since", async () => {
  const folder = quickFolder("haulyard-feed-");
  const store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  const job = await insert(store, 1);
  const heard = vi.fn<() => void>();
  // While the follower reads about the job, it is taken up, that is told to all, and it ends.
  let isFirst = true;
  const slow: JobStore = {
    ...store,
    list: async (query) => {
      if (isFirst) {
        isFirst = false;
        const running = await claim(store);
        await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 180_000 });
        if (running !== null) await complete(store, running);
      }
      return store.list(query);
    },
  };
  const meter = { movedSince: () => ({ version: 0, jobs: [] }) };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const feed = new Feed(
    {
      store: slow,
      log,
      groups: new GroupMeter(store, new FakeClock()),
      machines: { machines: NO_MACHINES, version: 1 },
    },
    meter as never,
    { version: 0 },
    { version: 0 },
  );
  await feed.open(heard);
  const told: JobStateKind[] = [];
  for await (const item of feed.follow(0, new AbortController().signal)) {
    if (item.kind !== "job") continue;
    expect(item.job.id).toBe(job.id);
    told.push(item.job.state.kind);
    if (item.cursor === (await store.cursor())) break;
  }
  expect(told).toEqual(["running", "complete"]);
  await feed.close();
  await store.close();
  await rm(folder, { recursive: true });
});

test("brings many followers everything in order, and the very same lists, so that each is put into words once", async () => {
  const folder = quickFolder("haulyard-feed-");
  const store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  const meter = new ProgressMeter(new FakeClock());
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const feed = new Feed(
    {
      store,
      log,
      groups: new GroupMeter(store, new FakeClock()),
      machines: { machines: NO_MACHINES, version: 1 },
    },
    meter,
    { version: 1 },
    { version: 0 },
  );
  await feed.open(() => {});
  const over = new AbortController();
  /** What each follower heard, and who waits for the next of it. */
  const heard = Array.from({ length: FOLLOWERS }, (): FeedItem[] => []);
  let wake = (): void => {};
  const followers = heard.map(async (items) => {
    for await (const item of feed.follow(0, over.signal)) {
      items.push(item);
      wake();
    }
  });
  const until = async (fits: (items: readonly FeedItem[]) => boolean): Promise<void> => {
    while (!heard.every(fits)) await new Promise<void>((resolve) => (wake = resolve));
  };
  await until((items) => items.some(({ kind }) => kind === "limit"));

  meter.begin("a", initialProgress(null));
  for (const bytesDone of [100, 200, 300]) {
    const report = { stage: "downloading", bytesDone, bytesTotal: 1000, connections: 1 } as const;
    meter.take("a", { ...report, bytesVerified: null, note: null, restarts: 0 });
    meter.settle();
    // Again while they are still being woken: nobody may sleep through the last of it.
    feed.wake();
    feed.wake();
    await until((items) =>
      items.some((item) => item.kind === "progress" && item.jobs[0]?.progress.bytesDone === bytesDone),
    );
  }
  const lists = heard.map((items) => items.filter((item) => item.kind === "progress"));
  expect(new Set(lists.map((list) => list.at(-1)?.jobs)).size).toBe(1);

  const names = ["file-1.bin", "file-2.bin", "file-3.bin"];
  await store.insertAll([draft(1), draft(2), draft(3)], NOW);
  await until((items) => items.filter(({ kind }) => kind === "job").length === 3);
  for (const items of heard)
    expect(items.flatMap((item) => (item.kind === "job" ? [item.job.name] : []))).toEqual(names);
  over.abort();
  await Promise.all(followers);
  await feed.close();
  await store.close();
  await rm(folder, { recursive: true });
});

test("hears of a change that comes at the very moment it has looked for the last one", async () => {
  for (let steps = 0; steps < 40; steps += 1) {
    const changes: { cursor: number; jobId: string; kind: "removed" }[] = [];
    let tell = (): void => {};
    const store = {
      cursor: async () => 0,
      onChange: (listener: () => void) => {
        tell = listener;
        return () => {};
      },
      changesAfter: async (after: number) => ({
        changes: changes.filter(({ cursor }) => cursor > after),
        cursor: changes.at(-1)?.cursor ?? 0,
        gap: false,
      }),
    };
    const meter = { movedSince: () => ({ version: 0, jobs: [] }) };
    const parts = { store, log: { info: () => {}, warn: () => {}, error: () => {} }, groups: {} };
    const feed = new Feed(parts as never, meter as never, { version: 0 }, { version: 0 });
    const heard: string[] = [];
    await feed.open((items) => heard.push(...items.map((item) => item.kind)));
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    changes.push({ cursor: 1, jobId: "a", kind: "removed" });
    tell();
    await nextTurn();
    expect({ steps, heard }).toEqual({ steps, heard: ["removed"] });
    await feed.close();
  }
});

test("a follower that is told to stop while it holds what moved last ends, though nobody wakes it any more", async () => {
  let version = 0;
  const meter = { movedSince: (since: number) => ({ version, jobs: since < version ? [{ id: "a" }] : [] }) };
  const parts = {
    store: { cursor: async () => 0 },
    log: {},
    groups: { version: 0 },
    machines: { machines: NO_MACHINES, version: 0 },
  };
  const feed = new Feed(parts as never, meter as never, { version: 0 }, { version: 0 });
  const stop = new AbortController();
  const items = feed.follow(null, stop.signal);
  expect((await items.next()).value).toEqual({ kind: "limit" });
  version = 1;
  expect((await items.next()).value).toEqual({ kind: "progress", jobs: [{ id: "a" }] });
  stop.abort();
  expect(await items.next()).toEqual({ value: undefined, done: true });
});
