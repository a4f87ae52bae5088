import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Host, HostDraft, HostFindings } from "../../job/host.ts";
import type { HostKeyQuestion } from "../../job/job-state.ts";
import type { Job } from "../../job/job.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { applied, complete, insert, leaseOf, NOW, take } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const HOUR = 3_600_000;

/** An instance behind one address; its number makes its port. */
function hostDraft(n: number, more: Partial<HostDraft> = {}): HostDraft {
  const port = 40_000 + n;
  return {
    connection: `ssh -p ${port} root@203.0.113.7`,
    identity: `root@[203.0.113.7]:${port}`,
    address: "203.0.113.7",
    port,
    user: "root",
    instanceId: "203_0_113_7",
    ...more,
  };
}

function questionOf(n: number, key: string): HostKeyQuestion {
  return {
    kind: "host_key_unknown",
    host: "203.0.113.7",
    port: 40_000 + n,
    fingerprints: [`256 SHA256:${key} [203.0.113.7]:${40_000 + n} (ED25519)`],
    keyLines: [`haulyard-x ssh-ed25519 ${key}`],
  };
}

const FINDINGS: HostFindings = {
  at: NOW,
  system: "Linux x86_64",
  uiHome: "/workspace/ComfyUI",
  uiHomeExists: true,
  freeBytes: 5e11,
  totalBytes: 1e12,
  tools: [{ tool: "wget", path: "/usr/bin/wget", version: "1.21.3" }],
};

export function describeHosts(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  const keep = async (n: number, more: Partial<HostDraft> = {}): Promise<Host> =>
    (await store.hosts.insert(hostDraft(n, more), NOW)).host;
  const jobOn = (host: Host, n: number): Promise<Job> =>
    insert(store, n, { place: { kind: "ssh", hostId: host.id } });
  /** A job that waits for an answer about the keys of its host. */
  const askingOn = async (host: Host, n: number, question = questionOf(1, "one")): Promise<Job> => {
    await jobOn(host, n);
    const job = await take(store);
    return applied(store, job.id, { type: "asked", question }, NOW, leaseOf(job));
  };

  describe("a host", () => {
    it("is kept with what its connection says, and comes back to every process", async () => {
      const outcome = await store.hosts.insert(hostDraft(1, { tags: ["4090"], uiHome: "/ui" }), NOW);
      expect(outcome).toEqual({
        kind: "inserted",
        host: {
          ...hostDraft(1),
          id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
          label: "203.0.113.7",
          uiHome: "/ui",
          tags: ["4090"],
          limits: { jobs: null, connections: null, bytesPerSecond: null },
          needs: {},
          createdAt: NOW,
          updatedAt: NOW,
          lastSeenAt: null,
          findings: null,
          question: null,
        },
      });
      const other = await under.openAnother();
      expect(await other.hosts.get(outcome.host.id)).toEqual(outcome.host);
      expect(await other.hosts.findByIdentity(hostDraft(1).identity)).toEqual(outcome.host);
      expect(await store.hosts.get("no-such")).toBeNull();
    });

    it("is one, however many processes keep it at the same moment", async () => {
      const others = await Promise.all([under.openAnother(), under.openAnother()]);
      const outcomes = await Promise.all(
        [store, ...others].flatMap((one) => [
          one.hosts.insert(hostDraft(1), NOW),
          one.hosts.insert(hostDraft(1, { label: "again" }), NOW),
        ]),
      );
      expect(outcomes.filter(({ kind }) => kind === "inserted")).toHaveLength(1);
      expect(new Set(outcomes.map(({ host }) => host.id)).size).toBe(1);
      expect(await store.hosts.list()).toHaveLength(1);
    });

    it("is another one at another port of the same address, though both share the old name", async () => {
      const hosts = [await keep(1), await keep(2)];
      expect(new Set(hosts.map(({ id }) => id)).size).toBe(2);
      expect(hosts.map(({ instanceId }) => instanceId)).toEqual(["203_0_113_7", "203_0_113_7"]);
      expect(await store.hosts.list()).toEqual(hosts);
    });

    it("bears the id it was asked its keys under", async () => {
      const id = "00000000-0000-4000-8000-000000000001";
      expect((await store.hosts.insert({ ...hostDraft(1), id }, NOW)).host.id).toBe(id);
    });

    it("is changed in what is given, and in nothing else", async () => {
      const host = await keep(1);
      const changed = {
        ...host,
        label: "my box",
        uiHome: "/ui",
        tags: ["a", "b"],
        limits: { jobs: 2, connections: 8, bytesPerSecond: null },
        updatedAt: NOW + 1,
      };
      const { label, uiHome, tags, limits } = changed;
      expect(await store.hosts.update(host.id, { label, uiHome, tags, limits }, NOW + 1)).toEqual({
        kind: "updated",
        host: changed,
      });
      // What it was already is no change.
      expect(await store.hosts.update(host.id, { label, tags }, NOW + 2)).toEqual({
        kind: "updated",
        host: changed,
      });
      expect(await store.hosts.update(host.id, { uiHome: null }, NOW + 3)).toMatchObject({
        host: { uiHome: null, label: "my box" },
      });
      expect(await store.hosts.update("no-such", { label: "x" }, NOW)).toEqual({ kind: "unknown" });
    });

    it("tells the queue of its own number of jobs at a time, if it has one", async () => {
      const [one, , three] = [await keep(1), await keep(2), await keep(3)];
      await store.hosts.update(one.id, { limits: { jobs: 2, connections: null, bytesPerSecond: null } }, NOW);
      await store.hosts.update(
        three.id,
        { limits: { jobs: null, connections: 8, bytesPerSecond: null } },
        NOW,
      );
      expect(await store.hosts.jobLimits()).toEqual([{ id: one.id, jobs: 2 }]);
      await store.hosts.update(one.id, { limits: { jobs: null, connections: 4, bytesPerSecond: null } }, NOW);
      await store.hosts.update(three.id, { limits: { connections: 8, jobs: 3, bytesPerSecond: 5000 } }, NOW);
      expect(await store.hosts.jobLimits()).toEqual([{ id: three.id, jobs: 3 }]);
    });

    it("may move to an address that no other has", async () => {
      const host = await keep(1);
      const other = await keep(2);
      expect(await store.hosts.update(host.id, hostDraft(2), NOW + 1)).toEqual({ kind: "taken", by: other });
      expect(await store.hosts.get(host.id)).toEqual(host);
      expect(await store.hosts.update(host.id, hostDraft(3), NOW + 1)).toMatchObject({
        kind: "updated",
        host: { id: host.id, port: 40_003 },
      });
    });

    it("remembers what was found there and when it answered last, which is no change by a person", async () => {
      const host = await keep(1);
      const noted = { ...host, lastSeenAt: NOW + 5, findings: FINDINGS };
      expect(await store.hosts.note(host.id, { seenAt: NOW + 5, findings: FINDINGS }, NOW + 5)).toEqual(
        noted,
      );
      expect(await store.hosts.note(host.id, { seenAt: NOW }, NOW)).toEqual(noted);
      expect(await store.hosts.get(host.id)).toEqual(noted);
      expect(await store.hosts.note("no-such", { seenAt: NOW }, NOW)).toBeNull();
    });
  });

  describe("a host that is removed", () => {
    it("is gone, and free to be kept anew", async () => {
      const host = await keep(1);
      expect(await store.hosts.remove(host.id)).toEqual({ kind: "removed", host });
      expect(await store.hosts.list()).toEqual([]);
      expect(await store.hosts.remove(host.id)).toEqual({ kind: "unknown" });
      expect((await keep(1)).id).not.toBe(host.id);
    });

    it("stays as long as a job of it has not ended; ended jobs outlive it", async () => {
      const host = await keep(1);
      const job = await jobOn(host, 1);
      await jobOn(host, 2);
      await jobOn(await keep(2), 3);
      expect(await store.hosts.remove(host.id)).toEqual({ kind: "has_jobs", jobs: 2 });
      await complete(store, await take(store));
      expect(await store.hosts.remove(host.id)).toEqual({ kind: "has_jobs", jobs: 1 });
      const [second] = (await store.list({ sort: "oldest", limit: 9, kinds: ["pending"] })).jobs;
      await applied(store, second?.id ?? "", { type: "cancel" }, NOW);
      expect(await store.hosts.remove(host.id)).toMatchObject({ kind: "removed" });
      expect(await store.get(job.id)).toMatchObject({ state: { kind: "complete" } });
    });
  });

  describe("an answer about the keys of a host", () => {
    it("that is yes lets every job that waits for it go on, each of them told, and no other", async () => {
      const host = await keep(1);
      const jobs = [await askingOn(host, 1), await askingOn(host, 2), await askingOn(host, 3)];
      const paused = await jobOn(host, 4);
      await applied(store, paused.id, { type: "pause" }, NOW);
      const elsewhere = await askingOn(await keep(2), 5);
      const cursor = await store.cursor();
      let told = 0;
      store.onChange(() => (told += 1));
      expect(await store.hosts.answer(host.id, true, NOW + 1)).toEqual(jobs.map(({ id }) => id));
      for (const { id } of jobs) {
        expect(await store.get(id)).toMatchObject({
          state: { kind: "pending", step: 0 },
          updatedAt: NOW + 1,
        });
        expect((await store.history(id))?.at(-1)).toMatchObject({ reason: "the host key was accepted" });
      }
      expect((await store.changesAfter(cursor, 9)).changes.map(({ jobId }) => jobId)).toEqual(
        jobs.map(({ id }) => id),
      );
      expect(told).toBe(1);
      expect(await store.get(paused.id)).toMatchObject({ state: { kind: "paused" } });
      expect(await store.get(elsewhere.id)).toMatchObject({ state: { kind: "blocked" } });
      expect(await store.hosts.get(host.id)).toMatchObject({ question: null });
      expect(await store.hosts.answer(host.id, true, NOW + 2)).toEqual([]);
    });

    it("that is no fails them with the reason, and they can be retried", async () => {
      const host = await keep(1);
      const { id } = await askingOn(host, 1);
      expect(await store.hosts.answer(host.id, false, NOW + 1)).toEqual([id]);
      expect(await store.get(id)).toMatchObject({
        state: { kind: "failed", failure: { code: "host_key_rejected" } },
      });
      await applied(store, id, { type: "retry" }, NOW + 2);
      expect((await take(store)).id).toBe(id);
    });
  });

  describe("what a person is asked about a host", () => {
    it("is the question of the job that met it", async () => {
      const host = await keep(1);
      const question = questionOf(1, "one");
      await askingOn(host, 1, question);
      expect(await (await under.openAnother()).hosts.get(host.id)).toMatchObject({
        question: { question, askedAt: NOW, ambiguous: false },
      });
    });

    it("is in doubt when the host showed other keys just before", async () => {
      const host = await keep(1);
      const asked = async (key: string, now: number): Promise<boolean | undefined> =>
        (await store.hosts.note(host.id, { question: questionOf(1, key) }, now))?.question?.ambiguous;
      expect(await asked("one", NOW)).toBe(false);
      expect(await asked("one", NOW + 1)).toBe(false);
      expect(await asked("two", NOW + 2)).toBe(true);
      expect(await asked("two", NOW + 3)).toBe(true);
      // Whoever answers now has not read what was shown an hour ago.
      expect(await asked("three", NOW + 3 + HOUR)).toBe(false);
      await store.hosts.note(host.id, { question: null }, NOW + 4);
      expect(await asked("four", NOW + 5)).toBe(false);
    });

    it("is nothing when the job that met it was cancelled meanwhile", async () => {
      const host = await keep(1);
      await jobOn(host, 1);
      const job = await take(store);
      await applied(store, job.id, { type: "cancel" }, NOW);
      await applied(store, job.id, { type: "asked", question: questionOf(1, "one") }, NOW, leaseOf(job));
      expect(await store.get(job.id)).toMatchObject({ state: { kind: "cancelled" } });
      expect(await store.hosts.get(host.id)).toMatchObject({ question: null });
    });
  });
}
