import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Postgres } from "../../test/world/postgres.ts";
import { postgresFolder, startPostgres } from "../../test/world/postgres.ts";
import type { JobStore } from "../job/store-contract.ts";
import type { PostgresStoreOptions } from "./open-postgres-store.ts";
import { openPostgresStore } from "./open-postgres-store.ts";
import { checkWhole } from "./suite/check-whole.ts";
import { claim, complete, draft, insert, insertRunning, leaseOf, NOW } from "./suite/under-test.ts";

const DATABASE = "trouble";
/** A database that restarts on a machine with much to do. */
const SOON = { timeout: 180_000, interval: 20 };
const PATIENT = { patienceMs: 180_000 };

describe.skipIf(postgresFolder() === null)(
  "PostgreSQL in trouble (skipped where it is not installed)",
  () => {
    let postgres: Postgres;
    let url: string;
    let stores: JobStore[];
    const open = async (more: Partial<PostgresStoreOptions> = {}): Promise<JobStore> => {
      const store = await openPostgresStore({ url, ...PATIENT, ...more });
      stores.push(store);
      return store;
    };
    beforeAll(async () => {
      postgres = await startPostgres();
      url = await postgres.create(DATABASE);
    });
    beforeEach(() => {
      stores = [];
    });
    afterEach(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await postgres.empty(DATABASE);
    });
    afterAll(() => postgres.remove());

    it("killed in the middle of work and started again, it has lost nothing that was promised, and nothing is there twice", async () => {
      const store = await open();
      const other = await open();
      const promised = new Map<string, string>();
      const order = ["pending", "running", "complete"];
      // Whoever inserted a job may hear of it only after the other one has done it.
      const promise = (id: string, kind: string): void => {
        if (order.indexOf(kind) > order.indexOf(promised.get(id) ?? "")) promised.set(id, kind);
      };
      let killed = false;
      let afterwards = 0;
      const work = async (own: JobStore, base: number): Promise<void> => {
        for (let n = 0; afterwards < 20; n++) {
          const outcome = await own.insert(draft(base + n), NOW);
          expect(outcome.kind).toBe("inserted");
          promise(outcome.job.id, "pending");
          const lanes = [{ lane: "node:here", limit: 1_000_000 }];
          const job = await own.claim({ owner: `runner-${base}`, now: NOW, leaseMs: 60_000, lanes });
          if (job === null) continue;
          promise(job.id, "running");
          const lost = await own.heartbeat(
            [{ id: job.id, lease: leaseOf(job), progress: { ...job.progress, bytesDone: n } }],
            NOW + 60_000,
          );
          expect(lost).toEqual([]);
          await complete(own, job);
          promise(job.id, "complete");
          if (killed) afterwards += 1;
        }
      };
      const working = Promise.all([work(store, 0), work(other, 1_000_000)]);
      await vi.waitFor(() => expect(promised.size).toBeGreaterThan(10), SOON);
      await postgres.kill9();
      await postgres.start();
      killed = true;
      await working;
      const jobs = await checkWhole(store);
      const states = new Map(jobs.map(({ id, state }) => [id, state.kind]));
      for (const [id, kind] of promised) expect([id, states.get(id)]).toEqual([id, kind]);
      expect(jobs).toHaveLength(promised.size);
      for (const { state, id } of jobs) {
        if (state.kind !== "complete") continue;
        // Claimed once, ended once: what was repeated after the break was not done before it.
        expect((await store.history(id))?.map(({ to }) => to)).toEqual(["pending", "running", "complete"]);
      }
    });

    it("tells of what others changed while it was away, as soon as it is heard again", async () => {
      const [store, other] = [await open(), await open()];
      const heard = vi.fn<() => void>();
      store.onChange(heard);
      await postgres.kill9();
      await postgres.start();
      await insert(other, 1);
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), SOON);
      const before = heard.mock.calls.length;
      await insert(other, 2);
      await vi.waitFor(() => expect(heard.mock.calls.length).toBeGreaterThan(before), SOON);
      expect((await store.changesAfter(0, 10)).changes).toHaveLength(2);
    });

    it("tells of changes whose notification was lost", async () => {
      const store = await open();
      const heard = vi.fn<() => void>();
      store.onChange(heard);
      // As a pooler on the way would do it: written, but not told.
      await postgres.ask(DATABASE, "alter table changes disable trigger haulyard_tell_changes");
      const other = await open();
      await insert(other, 1);
      await postgres.ask(DATABASE, "alter table changes enable trigger haulyard_tell_changes");
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), SOON);
    });

    it("lets nobody read past a change that is still to be committed", async () => {
      const store = await open();
      await insert(store, 1);
      // Another program's transaction that writes a change, and does not end.
      const slow = await open();
      const inserted: string[] = [];
      await postgres.ask(DATABASE, "begin; insert into changes (job_id, kind, at) values ('slow', 'job', 0)");
      const waiting = slow.insert(draft(2), NOW).then(() => inserted.push("two"));
      expect((await store.changesAfter(0, 10)).changes).toHaveLength(1);
      await postgres.ask(DATABASE, "commit");
      await waiting;
      const { changes } = await store.changesAfter(0, 10);
      expect(changes.map(({ cursor }) => cursor)).toEqual([1, 2, 3]);
      expect(changes[1]?.jobId).toBe("slow");
    });

    it("says that it cannot be reached, without a word of user or password, when it stays away", async () => {
      const store = await open({ patienceMs: 0 });
      await postgres.kill9();
      const error: unknown = await store.insert(draft(1), NOW).catch((why: unknown) => why);
      await postgres.start();
      expect(error).toMatchObject({ code: "store_unreachable" });
      expect(String(error)).not.toMatch(/not-to-be-told|haulyard:/);
      // Without patience it may meet a connection of before, which it has not yet heard is gone.
      await vi.waitFor(async () => expect((await store.insert(draft(1), NOW)).kind).toBe("inserted"), SOON);
    });

    it("lets one process be a node, and the next as soon as that one is gone", async () => {
      const first = await open({ node: "alpha" });
      await open({ node: "beta" });
      const second = openPostgresStore({ url, ...PATIENT, node: "alpha", namePatienceMs: 0 });
      await expect(second).rejects.toThrow("is the node 'alpha' already");
      await first.close();
      await open({ node: "alpha" });
    });

    it("is the clock of all: a machine whose own is an hour ahead, or is set while it works, frees nothing that lives", async () => {
      const store = await open();
      const now = Date.now();
      await insertRunning(store, 1);
      expect(await claim(store)).toBeNull();
      vi.useFakeTimers({ toFake: ["Date"], now: now + 3_600_000 });
      try {
        const ahead = await open();
        const { id } = await insert(ahead, 2);
        const lanes = [{ lane: "node:here", limit: 9 }];
        const job = await ahead.claim({ owner: "ahead", now: ahead.now(), leaseMs: 10_000, lanes });
        expect(job?.id).toBe(id);
        const expiresAt = job?.state.kind === "running" ? job.state.lease.expiresAt : 0;
        expect(expiresAt).toBeGreaterThanOrEqual(now);
        expect(expiresAt).toBeLessThan(now + 1_800_000);
        expect((await ahead.expired(ahead.now())).map(({ id: each }) => each)).not.toContain(id);
        // Before anybody looks at the database's clock again: a day is 86,400 s.
        for (const days of [1, -1]) {
          vi.setSystemTime(now + days * 86_400_000);
          expect(Math.abs(ahead.now() - now)).toBeLessThan(1_800_000);
        }
      } finally {
        vi.useRealTimers();
      }
    });
  },
);
