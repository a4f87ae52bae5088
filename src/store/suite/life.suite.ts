import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { JobEvent } from "../../job/job-event.ts";
import { isEnded } from "../../job/job-state.ts";
import type { JobState, LeaseRef } from "../../job/job-state.ts";
import { next } from "../../job/next.ts";
import type { ClaimRequest, JobStore } from "../../job/store-contract.ts";
import { checkWhole } from "./check-whole.ts";
import { draft, HERE, LEASE_MS, NOW } from "./under-test.ts";
import type { OpenStore } from "./under-test.ts";

const LANES: ClaimRequest["lanes"] = [
  { lane: `node:${HERE}`, limit: 2 },
  { lane: "ssh:*", limit: 1 },
];
const lost = failure("connection_lost", "The server hung up.");
const EVENTS: readonly JobEvent[] = [
  { type: "step_done", steps: 2, checksumState: null },
  { type: "failed", failure: lost, retryAt: null },
  { type: "failed", failure: lost, retryAt: NOW - 1 },
  { type: "stopped", detached: false },
  { type: "stopped", detached: true },
  { type: "suspended", why: "no_space", note: "The disk is full." },
  { type: "unsuspended", why: "no_space" },
  { type: "lease_expired", now: NOW + LEASE_MS, detached: false },
  { type: "lease_expired", now: NOW + LEASE_MS, detached: true },
  { type: "found", bytes: 7, checksumState: { kind: "unverified", reason: "no hash is known" } },
  { type: "given_up", failure: lost },
  { type: "pause" },
  { type: "resume" },
  { type: "cancel" },
  { type: "retry" },
];
const RUNNER_EVENTS = new Set(["step_done", "failed", "stopped", "suspended"]);

type Action =
  | { do: "insert"; n: number; host: number }
  | { do: "claim" }
  | { do: "apply"; job: number; event: JobEvent; stale: boolean }
  | { do: "describe"; job: number; n: number }
  | { do: "remove"; job: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("insert" as const), n: fc.nat(5), host: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("claim" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("apply" as const),
      job: fc.nat(),
      event: fc.constantFrom(...EVENTS),
      stale: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("describe" as const), job: fc.nat(), n: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), job: fc.nat() }) },
);

/** Random lives of random jobs, followed step by step by the pure rules. */
export function describeLife(open: OpenStore): void {
  describe("any life of jobs", () => {
    it("goes by the rules, and leaves all that is told of it in agreement", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 80 }), async (actions) => {
          const under = await open();
          try {
            const states = new Map<string, JobState>();
            for (const one of actions) await perform(under.store, one, states);
            const jobs = await checkWhole(under.store);
            expect(new Map(jobs.map(({ id, state }) => [id, state]))).toEqual(states);
          } finally {
            await under.dispose();
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}

async function perform(store: JobStore, one: Action, states: Map<string, JobState>): Promise<void> {
  switch (one.do) {
    case "insert": {
      const place = one.host === 0 ? undefined : ({ kind: "ssh", hostId: `gpu-${one.host}` } as const);
      const { kind, job } = await store.insert(draft(one.n, place && { place }), NOW);
      expect(states.has(job.id)).toBe(kind === "existing");
      states.set(job.id, job.state);
      return;
    }
    case "claim": {
      const job = await store.claim({ owner: "runner", now: NOW, leaseMs: LEASE_MS, lanes: LANES });
      if (job === null) return;
      expect(states.get(job.id)?.kind).toBe("pending");
      states.set(job.id, job.state);
      expect((await store.counts()).running).toBeLessThanOrEqual(4);
      return;
    }
    case "apply":
      return performApply(store, one, states);
    case "describe": {
      const id = pick(states, one.job);
      const state = id === undefined ? undefined : states.get(id);
      if (id === undefined || state?.kind !== "running") return;
      const description = { name: "found", destination: `/models/file-${one.n}.bin`, bytesTotal: one.n };
      expect(["described", "destination_taken"]).toContain(
        await store.describe(id, description, NOW, state.lease),
      );
      return;
    }
    case "remove": {
      const id = pick(states, one.job);
      if (id === undefined) return;
      const removed = await store.remove({ ids: [id] }, NOW);
      expect(removed.length === 1).toBe(isEnded(states.get(id) as JobState));
      if (removed.length === 1) states.delete(id);
      return;
    }
    default:
      throw one satisfies never;
  }
}

async function performApply(
  store: JobStore,
  { job, event, stale }: Extract<Action, { do: "apply" }>,
  states: Map<string, JobState>,
): Promise<void> {
  const id = pick(states, job);
  if (id === undefined) return;
  const before = states.get(id) as JobState;
  const lease = RUNNER_EVENTS.has(event.type) ? leaseFor(before, stale) : undefined;
  const outcome = await store.apply(id, event, NOW, lease);
  const expected = next(before, event);
  if (lease !== undefined && (stale || before.kind !== "running")) {
    expect(outcome.kind).toBe("lease_lost");
  } else if (!expected.ok) {
    expect(outcome).toMatchObject({ kind: "refused", refusal: expected.refusal });
  } else if (event.type === "retry" && outcome.kind === "destination_taken") {
    expect(outcome.by).not.toBe(id);
  } else {
    expect(outcome).toMatchObject({ kind: "applied", job: { state: expected.state } });
    states.set(id, expected.state);
  }
}

function leaseFor(state: JobState, stale: boolean): LeaseRef {
  if (state.kind !== "running") return { owner: "runner", epoch: 1 };
  return stale ? { ...state.lease, epoch: state.lease.epoch - 1 } : state.lease;
}

function pick(states: ReadonlyMap<string, JobState>, n: number): string | undefined {
  return [...states.keys()][n % Math.max(states.size, 1)];
}
