import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LaneLimit } from "../../job/store-contract.ts";
import { startFixture } from "./child.ts";
import type { Child } from "./child.ts";
import { checkWhole } from "./check-whole.ts";
import { draft, HERE } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const JOBS = 300;
/** So short that the lease of the killed one runs out during the test; the work takes 8 ms at most. */
const LEASE_MS = 4_000;
const LANES: LaneLimit[] = [
  { lane: `node:${HERE}`, limit: 2 },
  { lane: "ssh:*", limit: 1 },
];

interface Had {
  lane: string;
  from: number;
  /** Infinity: until it was killed. */
  to: number;
}

/** What several processes on one store do to each other, and what a kill leaves behind. */
export function describeProcesses(open: OpenStore): void {
  let under: StoreUnderTest;
  let children: Child[];
  beforeEach(async () => {
    under = await open();
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await under.dispose();
  });
  const start = (name: string, ...args: string[]): Child => {
    const child = startFixture(name, under.url, ...args);
    children.push(child);
    return child;
  };

  describe("several processes", () => {
    it("share a queue of 300 jobs: none twice, no lane over its limit, none lost to a kill -9", async () => {
      const { store } = under;
      for (let n = 0; n < JOBS; n++) {
        const place = n % 3 === 0 ? undefined : ({ kind: "ssh", hostId: `gpu-${n % 2}` } as const);
        await store.insert(draft(n, { priority: n % 7, ...(place && { place }) }), Date.now());
      }
      const workers = Array.from({ length: 4 }, (_, n) =>
        start("claim-worker.ts", `worker-${n}`, JSON.stringify(LANES), String(LEASE_MS)),
      );
      const [victim, ...others] = workers as [Child, ...Child[]];
      await victim.said(20);
      // Killed while it has a job: its last word is that it has one.
      while (victim.lines.at(-1)?.["had"] === undefined) await victim.said(victim.lines.length + 1);
      await victim.kill();
      await untilAllEnd(others);

      const said = workers.flatMap(({ lines }) => lines);
      const had = said.filter((line) => line["had"] !== undefined);
      const ended = said.filter((line) => line["ended"] !== undefined);
      expect(new Set(ended.map((line) => line["ended"])).size).toBe(JOBS);
      expect(ended.every((line) => line["outcome"] === "applied")).toBe(true);
      // Each claim once; and the one the victim had came up again, under the next epoch.
      expect(new Set(had.map((line) => `${line["had"]} ${line["epoch"]}`)).size).toBe(had.length);
      expect(had.filter((line) => Number(line["epoch"]) > 1).length).toBeLessThanOrEqual(2);
      const all = spans(had, ended);
      expect(mostAtOnce(all)).toBeGreaterThan(1);
      for (const [lane, limit] of [
        [HERE, 2],
        ["gpu-0", 1],
        ["gpu-1", 1],
      ] as const) {
        expect(all.filter((span) => span.lane === lane).length).toBeGreaterThanOrEqual(JOBS / 3);
        expect(mostAtOnce(all.filter((span) => span.lane === lane))).toBeLessThanOrEqual(limit);
      }
      expect(await store.counts()).toMatchObject({ complete: JOBS, pending: 0, running: 0 });
      await checkWhole(store);
    });

    /** The janitor's part: gives jobs of the dead back to the queue. */
    const untilAllEnd = async (workers: Child[]): Promise<void> => {
      let working = true;
      const end = Promise.all(workers.map(({ exit }) => exit)).finally(() => (working = false));
      while (working) {
        const now = Date.now();
        for (const { id } of await under.store.expired(now)) {
          await under.store.apply(id, { type: "lease_expired", now, detached: false }, now);
        }
        await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 50))]);
      }
      await end;
    };

    it("killed in the middle of a burst of changes leave row, history, change and counts agreeing", async () => {
      for (let round = 0; round < 4; round++) {
        const writers = [start("burst-writer.ts", `${round}1`), start("burst-writer.ts", `${round}2`)];
        await Promise.all(writers.map((writer) => writer.said(30)));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
        await Promise.all(writers.map((writer) => writer.kill()));

        const reopened = await under.openAnother();
        await checkWhole(reopened);
        const promised = new Map(
          writers.flatMap(({ lines }) => lines.map((line) => [line["id"] as string, line])),
        );
        expect(promised.size).toBeGreaterThan(4);
        for (const [id, { kind, lines }] of promised) {
          const history = await reopened.history(id);
          // The change after the last promise may have been made, but not told any more.
          expect([lines, Number(lines) + 1]).toContain(history?.length);
          expect(history?.[Number(lines) - 1]?.to).toBe(kind);
        }
      }
    });
  });
}

function spans(had: Record<string, unknown>[], ended: Record<string, unknown>[]): Had[] {
  const ends = new Map(ended.map((line) => [`${line["ended"]} ${line["epoch"]}`, Number(line["to"])]));
  return had.map((line) => {
    const place = line["lane"] as { name?: string; hostId?: string };
    return {
      lane: place.name ?? place.hostId ?? "",
      from: Number(line["from"]),
      // The killed one's job is nobody's from the kill on; its end is not known, so it counts for a moment.
      to: ends.get(`${line["had"]} ${line["epoch"]}`) ?? Number(line["from"]),
    };
  });
}

/** The largest number of spans that overlap. */
function mostAtOnce(all: Had[]): number {
  const moments = all.flatMap(({ from, to }) => [
    { at: from, step: 1 },
    { at: to, step: -1 },
  ]);
  // An end and a beginning at the same microsecond do not overlap.
  moments.sort((a, b) => a.at - b.at || a.step - b.step);
  let now = 0;
  return moments.reduce((most, { step }) => Math.max(most, (now += step)), 0);
}
