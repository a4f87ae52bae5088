import { beforeEach, afterEach, describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import type { JobStore } from "../../job/store-contract.ts";
import {
  applied,
  claim,
  complete,
  draft,
  HERE,
  insert,
  insertRunning,
  leaseOf,
  NOW,
  take,
} from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

/** What a store remembers of a job, and how its state changes. */
export function describeJobs(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  describe("jobs", () => {
    it("may begin paused: nobody takes one up before a person lets it go on", async () => {
      const { job } = await store.insert(draft(1, { paused: true }), NOW);
      expect(job.state).toEqual({ kind: "paused", step: 0, why: "person", note: null });
      expect(await store.history(job.id)).toMatchObject([{ from: null, to: "paused" }]);
      expect(await store.counts()).toMatchObject({ paused: 1, pending: 0 });
      expect(await claim(store)).toBeNull();
      await store.apply(job.id, { type: "resume" }, NOW);
      expect(await take(store)).toMatchObject({ id: job.id, state: { kind: "running" } });
    });

    it("comes back as it was put in, secrets and odd characters included", async () => {
      const asked = draft(1, {
        name: "Größe 漢字 'quoted' \"double\" % _ \\ .bin",
        source: { kind: "url", url: "https://user:pass@origin.example/a?token=t%20x" },
        steps: [
          { ...(draft(1).steps[0] as TransferStep), headers: { authorization: "Bearer s3cret" } },
          {
            kind: "command",
            line: "wget -c 'x' && echo \"$UI_HOME\"\t#",
            shown: "wget -c 'x'",
            title: null,
            tool: "wget",
            environment: { UI_HOME: "/it's $HOME" },
            expects: [{ folder: "~/x", name: null, urls: [], size: 2 ** 40, checksum: null }],
            resumes: true,
            isPlainFetch: false,
          },
        ],
        priority: -1000,
        limitBytesPerSecond: 2 ** 50,
        afterRun: "unpack 'it'",
      });
      const outcome = await store.insert(asked, NOW);
      expect(outcome.kind).toBe("inserted");
      expect(outcome.job).toMatchObject({
        ...asked,
        createdAt: NOW,
        updatedAt: NOW,
        startedAt: null,
        endedAt: null,
      });
      expect(outcome.job.state).toMatchObject({ kind: "pending", step: 0, notBefore: 0, wish: null });
      expect(outcome.job.progress).toMatchObject({ attempt: 1, bytesDone: 0, bytesTotal: 1001 });
      expect(await store.get(outcome.job.id)).toEqual(outcome.job);
    });

    it("takes in many at once, in their order; a destination that is taken, by another or by one of them, stays one job", async () => {
      const first = await store.insert(draft(2), NOW);
      const cursor = await store.cursor();
      const outcomes = await store.insertAll([draft(3), draft(2), draft(1), draft(3)], NOW + 5);
      expect(outcomes.map(({ kind }) => kind)).toEqual(["inserted", "existing", "inserted", "existing"]);
      expect(outcomes[1]?.job).toEqual(first.job);
      expect(outcomes[3]?.job).toEqual(outcomes[0]?.job);
      const { jobs } = await store.list({ sort: "oldest", limit: 10 });
      expect(jobs).toEqual([first.job, outcomes[0]?.job, outcomes[2]?.job]);
      expect(jobs[2]).toMatchObject({ createdAt: NOW + 5, state: { kind: "pending" } });
      expect((await store.counts()).pending).toBe(3);
      expect(await store.cursor()).toBeGreaterThan(cursor);
      expect(await store.history(jobs[1]?.id ?? "")).toMatchObject([{ to: "pending", reason: "added" }]);
      expect(await store.insertAll([], NOW)).toEqual([]);
    });

    it("keeps the id another program gave it, and is made once under it", async () => {
      const id = "550e8400-e29b-41d4-a716-446655440000";
      expect(await store.insert(draft(1), NOW, id)).toMatchObject({ kind: "inserted", job: { id } });
      expect(await store.insert(draft(2), NOW, id)).toMatchObject({
        kind: "existing",
        job: { id, name: "file-1.bin" },
      });
      await store.apply(id, { type: "cancel" }, NOW);
      expect(await store.insert(draft(1), NOW, id)).toMatchObject({ kind: "existing", job: { id } });
      expect((await store.list({ sort: "oldest", limit: 10 })).jobs).toHaveLength(1);
    });

    it("is numbered in the order of arrival, and no number is used twice", async () => {
      const first = await insert(store, 1);
      const second = await insert(store, 2);
      expect(second.sequence).toBeGreaterThan(first.sequence);
      await store.apply(second.id, { type: "cancel" }, NOW);
      await store.remove({}, NOW);
      expect((await insert(store, 3)).sequence).toBeGreaterThan(second.sequence);
    });

    it("answers null for a job it does not know", async () => {
      const id = "00000000-0000-4000-8000-000000000000";
      expect(await store.get(id)).toBeNull();
      expect(await store.history(id)).toBeNull();
      expect(await store.adjust(id, { priority: 1 }, NOW)).toEqual({ kind: "unknown" });
      expect(await store.apply(id, { type: "cancel" }, NOW)).toEqual({ kind: "unknown" });
    });

    it("keeps what a job's life does to its times, its progress and its checksum", async () => {
      const { id } = await insert(store, 1);
      const running = await take(store, { now: NOW + 1 });
      expect(running).toMatchObject({ startedAt: NOW + 1, updatedAt: NOW + 1, endedAt: null });
      const lease = leaseOf(running);
      const moving = { stage: "downloading", bytesDone: 400, bytesPerSecond: 12.5, connections: 4 } as const;
      await store.heartbeat([{ id, lease, progress: { ...running.progress, ...moving } }], NOW + 90_000);
      const lost = failure("connection_lost", "The server hung up.");
      const retryAt = NOW + 5_000;
      const failed = await applied(store, id, { type: "failed", failure: lost, retryAt }, NOW + 2, lease);
      expect(failed).toMatchObject({
        state: { kind: "pending", notBefore: retryAt, failures: 1, lastFailure: lost },
        progress: { bytesDone: 400, stage: null, bytesPerSecond: 0, connections: 0 },
        startedAt: NOW + 1,
        updatedAt: NOW + 2,
        endedAt: null,
      });
      const again = await take(store, { now: retryAt });
      expect(again.startedAt).toBe(NOW + 1);
      const checksumState = { kind: "verified", algorithm: "sha256", hex: "ab", origin: "request" } as const;
      const event = { type: "step_done", steps: 1, checksumState } as const;
      const done = await applied(store, id, event, retryAt + 1, leaseOf(again));
      expect(done).toMatchObject({ state: { kind: "complete" }, checksumState, endedAt: retryAt + 1 });
      expect(done.progress).toMatchObject({ bytesDone: 1001, bytesTotal: 1001, attempt: 1 });
      expect(await store.get(id)).toEqual(done);
    });

    it("tells the checksum of an earlier step only once the job is complete", async () => {
      const job = await insertRunning(store, 1);
      const verified = { kind: "verified", algorithm: "sha256", hex: "ab", origin: "request" } as const;
      const lease = leaseOf(job);
      const first = await store.apply(
        job.id,
        { type: "step_done", steps: 2, checksumState: verified },
        NOW,
        lease,
      );
      expect(first).toMatchObject({ job: { state: { kind: "running", step: 1 }, checksumState: null } });
      const second = await store.apply(
        job.id,
        { type: "step_done", steps: 2, checksumState: null },
        NOW,
        lease,
      );
      expect(second).toMatchObject({ job: { state: { kind: "complete" }, checksumState: verified } });
    });

    it("takes a file that was found whole as all of its bytes", async () => {
      const { id } = await insert(store, 1);
      const checksumState = { kind: "unverified", reason: "no hash is known" } as const;
      const outcome = await store.apply(id, { type: "found", bytes: 5000, checksumState }, NOW + 1);
      expect(outcome).toMatchObject({
        job: {
          state: { kind: "complete" },
          checksumState,
          progress: { bytesDone: 5000, bytesTotal: 5000, attempt: 1 },
          startedAt: null,
          endedAt: NOW + 1,
        },
      });
    });

    it("is not ended any more once it is retried", async () => {
      const { id } = await insert(store, 1);
      await store.apply(id, { type: "cancel" }, NOW + 1);
      expect(await store.get(id)).toMatchObject({ endedAt: NOW + 1 });
      await store.apply(id, { type: "retry" }, NOW + 2);
      expect(await store.get(id)).toMatchObject({ endedAt: null, state: { kind: "pending" } });
    });

    it("leaves everything as it is when the rules refuse an event", async () => {
      const { id } = await insert(store, 1);
      const [job, history, cursor] = [await store.get(id), await store.history(id), await store.cursor()];
      const outcome = await store.apply(id, { type: "resume" }, NOW + 1);
      expect(outcome).toMatchObject({ kind: "refused", job });
      expect(await store.get(id)).toEqual(job);
      expect(await store.history(id)).toEqual(history);
      expect(await store.cursor()).toBe(cursor);
    });

    it("tells the whole story of a job, oldest first, with the failures in it", async () => {
      const job = await insertRunning(store, 1);
      const gone = failure("not_found", "The server answered 404.");
      await store.apply(job.id, { type: "failed", failure: gone, retryAt: null }, NOW + 5, leaseOf(job));
      await store.apply(job.id, { type: "retry" }, NOW + 9);
      expect(await store.history(job.id)).toEqual([
        { at: NOW, from: null, to: "pending", reason: "added", failure: null },
        { at: NOW, from: "pending", to: "running", reason: "taken up by runner", failure: null },
        { at: NOW + 5, from: "running", to: "failed", reason: gone.message, failure: gone },
        { at: NOW + 9, from: "failed", to: "pending", reason: "retried by a person", failure: null },
      ]);
    });

    it("refuses a runner's event without the runner's lease, as a fault of the program", async () => {
      const job = await insertRunning(store, 1);
      const event = { type: "stopped", detached: false } as const;
      await expect(store.apply(job.id, event, NOW)).rejects.toThrow(TypeError);
      const lease = { owner: "thief", epoch: 2, expiresAt: NOW };
      await expect(store.apply(job.id, { type: "claimed", lease }, NOW)).rejects.toThrow(TypeError);
      expect((await store.get(job.id))?.state).toEqual(job.state);
    });

    it("keeps facts over writing them again", async () => {
      expect(await store.getFact("imported")).toBeNull();
      await store.setFact("imported", "yes");
      await store.setFact("imported", "twice");
      expect(await (await under.openAnother()).getFact("imported")).toBe("twice");
    });
  });

  describe("one writer per destination", () => {
    it("answers a second request for a file with the job that is at it", async () => {
      const job = await insert(store, 1);
      expect(await store.insert(draft(1, { name: "other words" }), NOW + 1)).toEqual({
        kind: "existing",
        job,
      });
      expect((await store.counts()).pending).toBe(1);
    });

    it("lets the same path be two files on two places", async () => {
      await insert(store, 1);
      await insert(store, 1, { place: { kind: "ssh", hostId: HERE } });
      await insert(store, 1, { place: { kind: "ssh", hostId: "other" } });
      expect((await store.counts()).pending).toBe(3);
    });

    it("takes any number of jobs whose destination is not known yet", async () => {
      await insert(store, 1, { destination: null });
      await insert(store, 2, { destination: null });
      expect((await store.counts()).pending).toBe(2);
    });

    it("takes the file up again once the job before has ended, and then refuses to retry that one", async () => {
      const first = await complete(store, await insertRunning(store, 1));
      const second = await insert(store, 1);
      expect(second.id).not.toBe(first.id);
      await store.apply(second.id, { type: "cancel" }, NOW);
      const third = await insert(store, 1);
      const refused = await store.apply(second.id, { type: "retry" }, NOW);
      expect(refused).toMatchObject({ kind: "destination_taken", job: { id: second.id }, by: third.id });
      expect((await store.get(second.id))?.state.kind).toBe("cancelled");
      expect(await store.history(second.id)).toHaveLength(2);
    });

    it("finds the job of a file: the one at it, else the last that ended", async () => {
      expect(await store.findByDestination(HERE, "/models/file-1.bin")).toBeNull();
      const first = await insertRunning(store, 1);
      await complete(store, first, NOW + 10);
      const second = await insertRunning(store, 1);
      await complete(store, second, NOW + 5);
      const find = () => store.findByDestination(HERE, "/models/file-1.bin");
      expect((await find())?.id).toBe(first.id);
      const live = await insert(store, 1);
      expect((await find())?.id).toBe(live.id);
      expect(await store.findByDestination("other", "/models/file-1.bin")).toBeNull();
    });

    it("is kept when many ask for one file at once, through two connections", async () => {
      const other = await under.openAnother();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? store : other).insert(draft(1), NOW)),
      );
      expect(outcomes.filter(({ kind }) => kind === "inserted")).toHaveLength(1);
      expect(new Set(outcomes.map(({ job }) => job.id)).size).toBe(1);
    });
  });
}
