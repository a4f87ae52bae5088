import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../job/clock.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { insert } from "../store/suite/under-test.ts";
import type { ActParts } from "./act-on-job.ts";
import { JobLogs } from "./command/job-log.ts";
import { actOnJob, forgetting } from "./act-on-job.ts";

let folder: string;
let store: JobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-act-"));
  store = await openSqliteStore({ path: join(folder, "haulyard.db") });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** One machine of those that share the store, and what it has deleted on its disk. */
async function machine(name: string): Promise<ActParts & { discarded: string[] }> {
  const said = { name, kind: "serve" as const, version: "1", address: null, labels: {}, folders: {} };
  await store.nodes.register({ ...said, run: `${name}/1`, tokenHash: null }, systemClock.now());
  const discarded: string[] = [];
  return {
    store,
    clock: systemClock,
    node: name,
    runner: { ended: async () => {} },
    logs: new JobLogs(join(folder, name)),
    discardPartial: async (path) => void discarded.push(path),
    away: { discard: () => {} },
    discarded,
  };
}

it("the log of a job that another machine removed is deleted, those of others stay", async () => {
  const [main, gpu] = [await machine("main"), await machine("gpu-1")];
  const logs = new JobLogs(join(folder, "gpu-1"));
  const [gone, kept] = [await insert(store, 1), await insert(store, 2)];
  for (const { id } of [gone, kept]) {
    const log = await logs.open(id);
    await log.append("a line\n");
    await log.close();
  }
  await actOnJob(gone.id, "remove", main);
  await forgetting(gpu).discardLeft();
  expect(await logs.ids()).toEqual([kept.id]);
  expect((await logs.read(kept.id, 0)).text).toBe("a line\n");
});

describe("a download to another machine's disk that is removed", () => {
  const place = { kind: "node" as const, name: "gpu-1" };

  it("is discarded there, and nowhere else, whenever that machine looks", async () => {
    const [main, gpu] = [await machine("main"), await machine("gpu-1")];
    const job = await insert(store, 1, { place });
    expect(await actOnJob(job.id, "remove", main)).toMatchObject({ kind: "done" });
    await forgetting(main).discardLeft();
    expect(main.discarded).toEqual([]);
    await forgetting(gpu).discardLeft();
    await forgetting(gpu).discardLeft();
    expect(gpu.discarded).toEqual([job.destination]);
  });

  it("stays there where somebody has asked for the same file since: that download goes on with the bytes", async () => {
    const [main, gpu] = [await machine("main"), await machine("gpu-1")];
    const job = await insert(store, 1, { place });
    await actOnJob(job.id, "remove", main);
    await insert(store, 1, { place });
    await forgetting(gpu).discardLeft();
    expect(gpu.discarded).toEqual([]);
    expect(await store.nodes.listLeft("gpu-1", 9)).toEqual([]);
  });

  it("leaves its bytes to the next one that asks if it only failed and was dropped for its age", async () => {
    const [main, gpu] = [await machine("main"), await machine("gpu-1")];
    const { forget } = forgetting(main);
    const [failed, cancelled] = [await insert(store, 1, { place }), await insert(store, 2, { place })];
    await forget({ ...failed, state: { kind: "failed" } as typeof failed.state });
    await actOnJob(cancelled.id, "cancel", main);
    const gone = await store.remove({ ids: [cancelled.id] }, systemClock.now());
    for (const job of gone) await forget(job);
    await forgetting(gpu).discardLeft();
    expect(gpu.discarded).toEqual([cancelled.destination]);
  });
});
