/**
 * Random lives of jobs, held against the promises of CONTRACT §4. The little model below knows what a person
 * asked for and what may be alive elsewhere, and nothing of how the rules are written.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { failure } from "./failure.ts";
import type { JobEvent } from "./job-event.ts";
import type { JobState, JobStateKind, Wish } from "./job-state.ts";
import { initialState, next } from "./next.ts";

const STEPS = 3;
const LIFE_LENGTH = 150;
const LIVES = 1_500;

const why = fc.constantFrom("no_space" as const, "window" as const);
const problem = fc
  .constantFrom("connection_lost" as const, "not_found" as const, "server_error" as const)
  .map((code) => failure(code, "It went wrong."));
const checksumState = fc.constant({ kind: "unverified" as const, reason: "no hash is known" });

const anyEvent: fc.Arbitrary<JobEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("claimed" as const),
      lease: fc.record({ owner: fc.constantFrom("a", "b"), epoch: fc.nat(), expiresAt: fc.constant(100) }),
    }),
  },
  fc.record({ type: fc.constant("step_done" as const), steps: fc.constant(STEPS), checksumState }),
  fc.record(
    {
      type: fc.constant("failed" as const),
      failure: problem,
      retryAt: fc.option(fc.integer({ min: 1 })),
      bytesCame: fc.boolean(),
      detached: fc.boolean(),
    },
    { requiredKeys: ["type", "failure", "retryAt"] },
  ),
  { weight: 2, arbitrary: fc.record({ type: fc.constant("stopped" as const), detached: fc.boolean() }) },
  fc.record({ type: fc.constant("suspended" as const), why, note: fc.constant("waits") }),
  fc.record({
    type: fc.constant("asked" as const),
    detached: fc.boolean(),
    question: fc.record({
      kind: fc.constantFrom("host_key_unknown" as const, "host_key_changed" as const),
      host: fc.constant("h"),
      port: fc.constant(22),
      fingerprints: fc.constant([]),
      keyLines: fc.constant([]),
    }),
  }),
  fc.record({
    type: fc.constant("lease_expired" as const),
    now: fc.constantFrom(99, 100, 101),
    detached: fc.boolean(),
  }),
  fc.record({ type: fc.constant("unsuspended" as const), why }),
  fc.record({ type: fc.constant("found" as const), bytes: fc.nat(), checksumState }),
  fc.record({ type: fc.constant("given_up" as const), failure: problem }),
  fc.constantFrom<JobEvent>({ type: "pause" }, { type: "cancel" }, { type: "retry" }, { type: "now" }),
  { weight: 2, arbitrary: fc.constant<JobEvent>({ type: "resume" }) },
  fc.record({ type: fc.constant("answer" as const), accept: fc.boolean() }),
);

/** What outsiders know of a job: what they asked for, and whether something of it may be alive elsewhere. */
interface Knowledge {
  wish: Wish | null;
  aliveElsewhere: boolean;
}

function learn({ wish, aliveElsewhere }: Knowledge, event: JobEvent): Knowledge {
  switch (event.type) {
    case "pause":
      return { wish: "pause", aliveElsewhere };
    case "cancel":
      return { wish: "cancel", aliveElsewhere };
    case "resume":
    case "now":
    case "retry":
    case "answer":
      return { wish: null, aliveElsewhere };
    case "claimed":
      return { wish, aliveElsewhere: false };
    case "stopped":
    case "lease_expired":
    case "failed":
    case "asked":
      return { wish, aliveElsewhere: event.detached ?? false };
    default:
      return { wish, aliveElsewhere };
  }
}

/** The only events that may bring a job into a state from another kind of state. */
const DOORS: Record<JobStateKind, readonly JobEvent["type"][]> = {
  pending: ["failed", "stopped", "lease_expired", "unsuspended", "resume", "now", "retry", "answer"],
  running: ["claimed"],
  paused: ["pause", "suspended", "step_done", "failed", "stopped", "asked", "lease_expired"],
  blocked: ["asked"],
  complete: ["step_done", "found"],
  failed: ["failed", "given_up", "answer"],
  cancelled: ["cancel", "step_done", "failed", "stopped", "suspended", "asked", "lease_expired"],
};

const ENDED: ReadonlySet<JobStateKind> = new Set(["complete", "failed", "cancelled"]);

function assertLegal(state: JobState): void {
  if ("step" in state) expect(state.step).toSatisfy((step: number) => step >= 0 && step < STEPS);
  if (state.kind !== "pending") return;
  // Without a live run elsewhere a wish is granted at once: there is nothing to wait for.
  if (state.wish !== null) expect(state.detached).toBe(true);
  // A time to wait for always has its reason, for the person who looks.
  expect(state.notBefore > 0).toBe(state.lastFailure !== null);
  if (state.lastFailure !== null) expect(state.failures).toBeGreaterThan(0);
}

function assertWishKept(state: JobState, { wish }: Knowledge): void {
  if (wish === null || state.kind === "complete") return;
  const isGranted =
    wish === "cancel" ? state.kind === "cancelled" : state.kind === "paused" && state.why === "person";
  const isCarried = (state.kind === "running" || state.kind === "pending") && state.wish === wish;
  expect(isGranted || isCarried, `${wish} is lost in ${JSON.stringify(state)}`).toBe(true);
}

function assertFair(from: JobState, event: JobEvent, to: JobState, before: Knowledge): void {
  expect(from.kind).not.toBe("complete");
  if (from.kind !== to.kind) expect(DOORS[to.kind]).toContain(event.type);
  if ("step" in from && "step" in to) expect(to.step).toBeGreaterThanOrEqual(from.step);
  if (event.type === "retry" || event.type === "unsuspended") expect(to.kind).toBe("pending");
  if (event.type === "answer") expect(to.kind).toBe(event.accept ? "pending" : "failed");
  if (event.type === "pause") expect(before.wish).not.toBe("cancel");
  if (to.kind === "running" && event.type === "claimed") expect(to.lease).toEqual(event.lease);
  if (to.kind === "running" && from.kind === "running") expect(to.lease).toEqual(from.lease);
}

function assertRefusedRightly(state: JobState, event: JobEvent): void {
  const ended = ENDED.has(state.kind);
  if (event.type === "cancel") expect(ended).toBe(true);
  if (event.type === "pause") expect(ended || ("wish" in state && state.wish === "cancel")).toBe(true);
  if (event.type === "resume") expect(state.kind).not.toBe("paused");
  if (event.type === "now")
    expect(["blocked", ...ENDED].includes(state.kind) || ("wish" in state && state.wish === "cancel")).toBe(
      true,
    );
  if (event.type === "answer") expect(state.kind).not.toBe("blocked");
  if (event.type === "retry") expect(["failed", "cancelled", "blocked"]).not.toContain(state.kind);
  if (event.type === "claimed") expect(state.kind).not.toBe("pending");
  if (state.kind === "running")
    expect(["step_done", "failed", "stopped", "suspended", "asked"]).not.toContain(event.type);
}

test("whatever happens to a job, no state is illegal, no wish is lost and no live run is forgotten", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 20, maxLength: LIFE_LENGTH, size: "max" }), (events) => {
      let state = initialState();
      let known: Knowledge = { wish: null, aliveElsewhere: false };
      for (const event of events) {
        const transition = next(state, event);
        if (!transition.ok) {
          assertRefusedRightly(state, event);
          continue;
        }
        assertFair(state, event, transition.state, known);
        known = learn(known, event);
        state = transition.state;
        assertLegal(state);
        assertWishKept(state, known);
        if (known.aliveElsewhere) {
          expect(state).toMatchObject({ run: expect.any(Number) as number });
          if (state.kind === "pending") expect(state.detached).toBe(true);
        }
        seen.add(`${state.kind} ${"wish" in state ? state.wish : ""}`);
      }
    }),
    { numRuns: LIVES },
  );
  // The walks are long and mixed enough to have been everywhere.
  expect([...seen].toSorted()).toEqual([
    "blocked ",
    "cancelled ",
    "complete ",
    "failed ",
    "paused ",
    "pending cancel",
    "pending null",
    "pending pause",
    "running cancel",
    "running null",
    "running pause",
  ]);
});

/** A state as some life leaves it. */
const livedState = fc.array(anyEvent, { maxLength: 40, size: "max" }).map((events) =>
  events.reduce<JobState>((state, event) => {
    const transition = next(state, event);
    return transition.ok ? transition.state : state;
  }, initialState()),
);

function must(state: JobState, event: JobEvent): JobState {
  const transition = next(state, event);
  if (!transition.ok) throw new Error(`${event.type} refused in ${state.kind}: ${transition.refusal}`);
  return transition.state;
}

const LEASE = { owner: "a", epoch: 1, expiresAt: 100 };

test("a cancelled job ends as cancelled as soon as its run stops, wherever it is", () => {
  fc.assert(
    fc.property(livedState, (lived) => {
      fc.pre(!ENDED.has(lived.kind));
      let state = must(lived, { type: "cancel" });
      if (state.kind === "pending") state = must(state, { type: "claimed", lease: LEASE });
      if (state.kind === "running") state = must(state, { type: "stopped", detached: false });
      expect(state.kind).toBe("cancelled");
    }),
  );
});

test("a person can bring every job that is not complete back to work and to its end", () => {
  fc.assert(
    fc.property(livedState, (lived) => {
      let state = lived;
      if ("wish" in state && state.wish === "cancel") {
        if (state.kind === "pending") state = must(state, { type: "claimed", lease: LEASE });
        state = must(state, { type: "stopped", detached: false });
      }
      if ("wish" in state && state.wish === "pause") state = must(state, { type: "resume" });
      if (state.kind === "paused") state = must(state, { type: "resume" });
      if (state.kind === "blocked") state = must(state, { type: "answer", accept: true });
      if (state.kind === "failed" || state.kind === "cancelled") state = must(state, { type: "retry" });
      if (state.kind === "pending") state = must(state, { type: "claimed", lease: LEASE });
      const done: JobEvent = { type: "step_done", steps: STEPS, checksumState: null };
      while (state.kind === "running") state = must(state, done);
      expect(state.kind).toBe("complete");
    }),
  );
});
