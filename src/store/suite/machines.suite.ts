import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { HostDraft } from "../../job/host.ts";
import type { Job } from "../../job/job.ts";
import type { Labels, NodeDraft } from "../../job/node-contract.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";
import { applied, claim, complete, draft, insert, leaseOf, NOW, take } from "./under-test.ts";

const node = (name: string, labels: Labels = {}): NodeDraft => ({
  name,
  kind: "worker",
  version: "1.2.3",
  address: null,
  labels,
  folders: {},
  run: `${name}/1`,
  tokenHash: null,
});

const hostAt = (address: string, more: Partial<HostDraft> = {}): HostDraft => ({
  connection: `ssh root@${address}`,
  identity: `root@${address}:22`,
  address,
  port: 22,
  user: "root",
  instanceId: address.replaceAll(".", "_"),
  ...more,
});

/** Which machine runs the jobs of an instance. */
export function describeMachines(open: OpenStore): void {
  let under: StoreUnderTest;
  let store: JobStore;
  beforeEach(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => under.dispose());

  const addHost = async (address: string, more: Partial<HostDraft> = {}): Promise<string> =>
    (await store.hosts.insert(hostAt(address, more), NOW)).host.id;
  const add = (n: number, hostId: string): Promise<Job> =>
    insert(store, n, { place: { kind: "ssh", hostId } });
  const asks = (name: string, now = NOW): Promise<Job | null> => claim(store, { owner: `${name}/1`, now });

  describe("an instance that asks for labels", () => {
    it("has its jobs run by machines that have all of them, and by no others", async () => {
      await store.nodes.register(node("bare"), NOW);
      await store.nodes.register(node("half", { site: "fra" }), NOW);
      await store.nodes.register(node("both", { site: "fra", disk: "nvme", gpu: "no" }), NOW);
      const job = await add(1, await addHost("203.0.113.1", { needs: { site: "fra", disk: "nvme" } }));
      for (const name of ["bare", "half", "unknown"]) expect(await asks(name), name).toBeNull();
      expect((await asks("both"))?.id).toBe(job.id);
    });

    it("holds up nobody else's jobs", async () => {
      await store.nodes.register(node("bare"), NOW);
      await add(1, await addHost("203.0.113.1", { needs: { site: "fra" } }));
      const other = await add(2, await addHost("203.0.113.2"));
      const local = await insert(store, 3);
      expect((await asks("bare"))?.id).toBe(other.id);
      expect((await asks("bare"))?.id).toBe(local.id);
      expect(await asks("bare")).toBeNull();
    });

    it("can ask for others at any time, which holds from the next job on", async () => {
      await store.nodes.register(node("ams", { site: "ams" }), NOW);
      const host = await addHost("203.0.113.1", { needs: { site: "fra" } });
      await add(1, host);
      expect(await asks("ams")).toBeNull();
      const changed = await store.hosts.update(host, { needs: { site: "ams" } }, NOW);
      expect(changed).toMatchObject({ kind: "updated", host: { needs: { site: "ams" } } });
      await complete(store, await asks("ams"));
      await store.hosts.update(host, { needs: { site: "fra" } }, NOW);
      await add(2, host);
      expect(await asks("ams")).toBeNull();
      await store.hosts.update(host, { needs: {} }, NOW);
      expect(await asks("ams")).not.toBeNull();
    });
  });

  describe("the machine that ran the last job of an instance", () => {
    let host: string;
    beforeEach(async () => {
      host = await addHost("203.0.113.1");
      for (const name of ["warm", "cold"]) await store.nodes.register(node(name), NOW);
      await add(1, host);
      await complete(store, await asks("warm"), NOW);
      await add(2, host);
    });
    const asksInstances = (name: string, now = NOW): Promise<Job | null> =>
      claim(store, { owner: `${name}/1`, now, lanes: [{ lane: "ssh:*", limit: 1 }] });
    const beat = async (now: number): Promise<void> => {
      for (const name of ["warm", "cold"]) await store.nodes.beat(node(name), false, now);
    };

    it("gets the next one, for which others wait a moment; then it is theirs", async () => {
      for (const now of [NOW, NOW + 2_999]) expect(await asks("cold", now)).toBeNull();
      const taken = await asks("cold", NOW + 3_000);
      await complete(store, taken, NOW + 4_000);
      // From now on it is the other one that is waited for.
      await add(3, host);
      expect(await asks("warm", NOW + 6_999)).toBeNull();
      expect(await asks("cold", NOW + 4_000)).not.toBeNull();
    });

    it("holds up no job of another instance, nor one for a disk", async () => {
      const other = await add(3, await addHost("203.0.113.2"));
      const local = await insert(store, 4);
      expect((await asks("cold"))?.id).toBe(other.id);
      expect((await asks("cold"))?.id).toBe(local.id);
      expect(await asks("cold")).toBeNull();
    });

    it("is waited for from the moment at which the job could run: a try that is due later begins it anew", async () => {
      const job = await take(store, { owner: "warm/1" });
      const retryAt = NOW + 6_000;
      const event = { type: "failed", failure: failure("connection_lost", "cut"), retryAt } as const;
      await applied(store, job.id, event, NOW, leaseOf(job));
      expect(await asks("cold", retryAt + 2_999)).toBeNull();
      expect((await asks("cold", retryAt + 3_000))?.id).toBe(job.id);
    });

    it("is not waited for while it takes up nothing new", async () => {
      await store.nodes.drain("warm", true, NOW);
      expect(await asks("cold")).not.toBeNull();
    });

    it("is not waited for when it is away", async () => {
      await store.nodes.leave(node("warm"), NOW);
      expect(await asks("cold")).not.toBeNull();
    });

    it("is not waited for when it may not run what is there any more", async () => {
      await store.hosts.update(host, { needs: { site: "fra" } }, NOW);
      await store.nodes.register(node("cold", { site: "fra" }), NOW);
      expect(await asks("cold")).not.toBeNull();
    });

    it("is not waited for when its hands are full", async () => {
      for (let n = 100; n < 200; n++) await insert(store, n);
      const busy = { owner: "warm/1", lanes: [{ lane: "node:here", limit: 100 }] };
      for (let n = 0; n < 99; n++) await take(store, busy);
      expect(await asksInstances("cold")).toBeNull();
      await take(store, busy);
      expect(await asksInstances("cold")).not.toBeNull();
    });

    it("is not waited for once its connection is closed, nor if its lease ran out", async () => {
      const late = NOW + 60_000;
      const job = await take(store, { owner: "warm/1" });
      await applied(store, job.id, { type: "lease_expired", now: late, detached: true }, late);
      await beat(late);
      await complete(store, await asksInstances("cold", late), late);
      await beat(late + 60_000);
      await store.insert(draft(3, { place: { kind: "ssh", hostId: host } }), late + 60_000);
      expect(await asksInstances("warm", late + 60_000)).not.toBeNull();
    });
  });
}
