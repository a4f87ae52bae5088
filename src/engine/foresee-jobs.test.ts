import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../job/clock.ts";
import type { JobDraft } from "../job/job.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { draft, leaseOf, NOW, take } from "../store/suite/under-test.ts";
import { foreseeJobs } from "./foresee-jobs.ts";
import type { SubmitParts } from "./submit-job.ts";

const place = { kind: "ssh", hostId: "gpu" } as const;
const FREE = 1e12;

let folder: string;
let store: JobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-foresee-"));
  store = await openSqliteStore({ path: join(folder, "haulyard.db") });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test("an instance has room for a small file while a huge one waits there for room itself", async () => {
  const parts: SubmitParts = {
    store,
    clock: systemClock,
    node: "main",
    inspect: async () => ({ kind: "absent" }),
    lookAt: async (_, paths) => ({
      kind: "looked",
      files: paths.map((path) => ({ path, bytes: null, partBytes: null })),
      freeBytes: FREE,
    }),
  };
  const small: JobDraft = draft(2, { place });
  await store.insert(draft(1, { place }), NOW);
  const huge = await take(store, { lanes: [{ lane: "ssh:*", limit: 1 }] });
  await store.describe(huge.id, { name: "huge", destination: "/huge", bytesTotal: 9e15 }, NOW, leaseOf(huge));
  const promised = async () => (await foreseeJobs([small], parts)).disks.map((disk) => disk.promisedBytes);
  expect(await promised()).toEqual([9e15]);
  const event = { type: "suspended", why: "no_space", note: "The disk there is full." } as const;
  await store.apply(huge.id, event, NOW, leaseOf(huge));
  expect(await promised()).toEqual([0]);
});
