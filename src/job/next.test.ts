import { describe, expect, test } from "vitest";
import { failure } from "./failure.ts";
import type { JobEvent } from "./job-event.ts";
import type { HostKeyQuestion, JobState, Lease } from "./job-state.ts";
import { isEnded, runOf } from "./job-state.ts";
import type { ChecksumState } from "./job.ts";
import { initialState, next } from "./next.ts";

const LEASE: Lease = { owner: "node-a/1", epoch: 3, expiresAt: 1_000 };
const LOST = failure("connection_lost", "The connection broke.");
const GONE = failure("not_found", "The server has no such file.");
const QUESTION: HostKeyQuestion = {
  kind: "host_key_unknown",
  host: "203.0.113.7",
  port: 22,
  fingerprints: ["256 SHA256:abc 203.0.113.7 (ED25519)"],
  keyLines: ["203.0.113.7 ssh-ed25519 AAAA"],
};
const VERIFIED: ChecksumState = { kind: "verified", algorithm: "sha256", hex: "00", origin: "request" };

const waiting = initialState() as Extract<JobState, { kind: "pending" }>;
const running = {
  kind: "running",
  step: 0,
  failures: 0,
  lease: LEASE,
  wish: null,
} as const satisfies JobState;

/** One state of every kind that the rules tell apart. The jobs have two steps and are at the first. */
const STATES = {
  waiting,
  "waiting to be tried again": { ...waiting, notBefore: 9_000, failures: 2, lastFailure: LOST },
  "waiting, run alive elsewhere": { ...waiting, detached: true },
  "waiting, run alive elsewhere, pause wished": { ...waiting, detached: true, wish: "pause" },
  "waiting, run alive elsewhere, cancel wished": { ...waiting, detached: true, wish: "cancel" },
  running,
  "running, pause wished": { ...running, wish: "pause" },
  "running, cancel wished": { ...running, wish: "cancel" },
  "paused by a person": { kind: "paused", step: 0, why: "person", note: null },
  "paused, disk full": { kind: "paused", step: 0, why: "no_space", note: "3 GiB are missing" },
  "paused, not in its hours": { kind: "paused", step: 0, why: "window", note: "until 22:00" },
  "asks about a host key": { kind: "blocked", step: 0, question: QUESTION },
  complete: { kind: "complete" },
  failed: { kind: "failed", step: 0, failure: GONE },
  cancelled: { kind: "cancelled", step: 0 },
} as const satisfies Record<string, JobState>;
type StateName = keyof typeof STATES;

const EVENTS = {
  claimed: { type: "claimed", lease: LEASE },
  "step done": { type: "step_done", steps: 2, checksumState: null },
  "last step done": { type: "step_done", steps: 1, checksumState: VERIFIED },
  "failed for good": { type: "failed", failure: GONE, retryAt: null },
  "failed for now": { type: "failed", failure: LOST, retryAt: 9_000 },
  stopped: { type: "stopped", detached: false },
  "stopped, run goes on elsewhere": { type: "stopped", detached: true },
  "disk full": { type: "suspended", why: "no_space", note: "3 GiB are missing" },
  "hours over": { type: "suspended", why: "window", note: "until 22:00" },
  "host key unknown": { type: "asked", question: QUESTION },
  "runner died": { type: "lease_expired", now: 1_000, detached: false },
  "runner died, run goes on elsewhere": { type: "lease_expired", now: 1_000, detached: true },
  "lease looked at too early": { type: "lease_expired", now: 999, detached: false },
  "space is back": { type: "unsuspended", why: "no_space" },
  "hours begin": { type: "unsuspended", why: "window" },
  "file found": { type: "found", bytes: 7, checksumState: VERIFIED },
  "given up": { type: "given_up", failure: GONE },
  pause: { type: "pause" },
  resume: { type: "resume" },
  "let run now": { type: "now" },
  cancel: { type: "cancel" },
  retry: { type: "retry" },
  "key accepted": { type: "answer", accept: true },
  "key rejected": { type: "answer", accept: false },
} as const satisfies Record<string, JobEvent>;
type EventName = keyof typeof EVENTS;

/** What a run that ends does to a wish: nothing but completion and a run that goes on elsewhere come before it. */
const endsWith = (granted: StateName): Partial<Record<EventName, string>> => ({
  "step done": `${granted} at step 1`,
  "last step done": "complete",
  "failed for good": granted,
  "failed for now": granted,
  stopped: granted,
  "disk full": granted,
  "hours over": granted,
  "host key unknown": granted,
  "runner died": granted,
});

/** Where an event leads. What is not listed is refused. */
const RULES: Record<StateName, Partial<Record<EventName, string>>> = {
  waiting: {
    claimed: "running",
    "let run now": "waiting",
    "file found": "complete",
    "given up": "failed",
    pause: "paused by a person",
    cancel: "cancelled",
  },
  "waiting to be tried again": {
    claimed: "running",
    "let run now": "waiting",
    "file found": "complete",
    "given up": "failed",
    pause: "paused by a person",
    cancel: "cancelled",
    retry: "waiting",
  },
  "waiting, run alive elsewhere": {
    claimed: "running",
    "let run now": "waiting, run alive elsewhere",
    pause: "waiting, run alive elsewhere, pause wished",
    cancel: "waiting, run alive elsewhere, cancel wished",
  },
  "waiting, run alive elsewhere, pause wished": {
    claimed: "running, pause wished",
    pause: "waiting, run alive elsewhere, pause wished",
    resume: "waiting, run alive elsewhere",
    "let run now": "waiting, run alive elsewhere",
    cancel: "waiting, run alive elsewhere, cancel wished",
  },
  "waiting, run alive elsewhere, cancel wished": {
    claimed: "running, cancel wished",
    cancel: "waiting, run alive elsewhere, cancel wished",
  },
  running: {
    "step done": "running at step 1",
    "last step done": "complete",
    "failed for good": "failed",
    "failed for now": "waiting to be tried again",
    stopped: "waiting",
    "stopped, run goes on elsewhere": "waiting, run alive elsewhere",
    "disk full": "paused, disk full",
    "hours over": "paused, not in its hours",
    "host key unknown": "asks about a host key",
    "runner died": "waiting",
    "runner died, run goes on elsewhere": "waiting, run alive elsewhere",
    "let run now": "running",
    pause: "running, pause wished",
    cancel: "running, cancel wished",
  },
  "running, pause wished": {
    ...endsWith("paused by a person"),
    "stopped, run goes on elsewhere": "waiting, run alive elsewhere, pause wished",
    "runner died, run goes on elsewhere": "waiting, run alive elsewhere, pause wished",
    pause: "running, pause wished",
    resume: "running",
    "let run now": "running",
    cancel: "running, cancel wished",
  },
  "running, cancel wished": {
    ...endsWith("cancelled"),
    "stopped, run goes on elsewhere": "waiting, run alive elsewhere, cancel wished",
    "runner died, run goes on elsewhere": "waiting, run alive elsewhere, cancel wished",
    cancel: "running, cancel wished",
  },
  "paused by a person": {
    pause: "paused by a person",
    resume: "waiting",
    "let run now": "waiting",
    cancel: "cancelled",
  },
  "paused, disk full": {
    "space is back": "waiting",
    pause: "paused by a person",
    resume: "waiting",
    "let run now": "waiting",
    cancel: "cancelled",
  },
  "paused, not in its hours": {
    "hours begin": "waiting",
    pause: "paused by a person",
    resume: "waiting",
    "let run now": "waiting",
    cancel: "cancelled",
  },
  "asks about a host key": {
    "key accepted": "waiting",
    "key rejected": "failed",
    retry: "waiting",
    pause: "paused by a person",
    cancel: "cancelled",
  },
  complete: {},
  failed: { retry: "waiting" },
  cancelled: { retry: "waiting" },
};

/** The name of a state in the table; the step is named only once the job is past its first. */
function nameOf(state: JobState): string {
  const at = "step" in state && state.step > 0 ? ` at step ${state.step}` : "";
  switch (state.kind) {
    case "pending": {
      const alive = state.detached ? ", run alive elsewhere" : "";
      const wished = state.wish === null ? "" : `, ${state.wish} wished`;
      return `waiting${state.lastFailure === null ? "" : " to be tried again"}${alive}${wished}${at}`;
    }
    case "running":
      return `running${state.wish === null ? "" : `, ${state.wish} wished`}${at}`;
    case "paused": {
      const why = { person: " by a person", no_space: ", disk full", window: ", not in its hours" };
      return `paused${why[state.why]}${at}`;
    }
    case "blocked":
      return `asks about a host key${at}`;
    case "complete":
    case "failed":
    case "cancelled":
      return `${state.kind}${at}`;
    default:
      throw state satisfies never;
  }
}

describe.each(Object.entries(STATES))("a job that is: %s", (stateName, state) => {
  test.each(Object.entries(EVENTS))("on: %s", (eventName, event) => {
    const expected = RULES[stateName as StateName][eventName as EventName];
    const transition = next(state, event);
    expect(transition.ok ? nameOf(transition.state) : "refused").toBe(expected ?? "refused");
    expect(transition.ok ? transition.reason : transition.refusal).toMatch(/^\S.*\S$/);
  });
});

test("the table names every state and event, and every row leads somewhere but complete", () => {
  for (const [name, state] of Object.entries(STATES)) expect(nameOf(state)).toBe(name);
  const dead = Object.entries(RULES).filter(([, row]) => Object.keys(row).length === 0);
  expect(dead.map(([name]) => name)).toEqual(["complete"]);
  expect(Object.values(STATES).filter(isEnded).map(nameOf)).toEqual(["complete", "failed", "cancelled"]);
});

function after(state: JobState, event: JobEvent): JobState {
  const transition = next(state, event);
  if (!transition.ok) throw new Error(transition.refusal);
  return transition.state;
}

describe("what a state carries along", () => {
  const atTwo: JobState = { ...running, step: 2, failures: 4 };

  test("a job goes on at the step it was at, whatever interrupted it", () => {
    for (const event of [
      EVENTS["failed for now"],
      EVENTS.stopped,
      EVENTS["runner died"],
      EVENTS["disk full"],
      EVENTS["host key unknown"],
      EVENTS["failed for good"],
    ])
      expect(after(atTwo, event)).toMatchObject({ step: 2 });
    expect(after(after(atTwo, EVENTS["failed for good"]), EVENTS.retry)).toMatchObject({ step: 2 });
  });

  test("failures in a row are counted until a step is done or a person steps in", () => {
    expect(after(atTwo, EVENTS["failed for now"])).toMatchObject({ failures: 5, notBefore: 9_000 });
    expect(after(atTwo, { type: "step_done", steps: 9, checksumState: null })).toMatchObject({ failures: 0 });
    const again = after(atTwo, EVENTS["failed for now"]);
    expect(after(again, EVENTS.claimed)).toMatchObject({ failures: 5 });
    expect(after(again, EVENTS.retry)).toMatchObject({ failures: 0, notBefore: 0, lastFailure: null });
  });

  test("a failure after new bytes is the first in a row again", () => {
    expect(after(atTwo, { ...EVENTS["failed for now"], bytesCame: true })).toMatchObject({ failures: 1 });
  });

  test("a runner that died or was shut down is no failure of the job", () => {
    expect(after(atTwo, EVENTS["runner died"])).toMatchObject({ failures: 4, notBefore: 0 });
    expect(after(atTwo, EVENTS.stopped)).toMatchObject({ failures: 4, notBefore: 0 });
  });

  test("a rejected key says which host it was and what to do", () => {
    const state = after(STATES["asks about a host key"], EVENTS["key rejected"]);
    expect(state).toMatchObject({
      failure: { code: "host_key_rejected", message: "The key of 203.0.113.7:22 was rejected." },
    });
  });

  test("the history names the failure a job is tried again for", () => {
    expect(next(running, EVENTS["failed for now"])).toMatchObject({
      reason: "will be tried again: The connection broke.",
    });
  });

  test("the old state is left as it was", () => {
    const state = Object.freeze({ ...running, lease: Object.freeze({ ...LEASE }) });
    for (const event of Object.values(EVENTS)) next(state, Object.freeze({ ...event }));
    expect(state).toEqual(running);
  });
});

describe("a command that goes on without us", () => {
  const at = (state: JobState, ...events: JobEvent[]): JobState =>
    events.reduce((before, event) => {
      const transition = next(before, event);
      if (!transition.ok) throw new Error(transition.refusal);
      return transition.state;
    }, state);
  const claimed = (epoch: number): JobEvent => ({ type: "claimed", lease: { ...LEASE, epoch } });
  const runNow = (state: JobState): number | null => (state.kind === "running" ? runOf(state) : null);

  test("is met under the claim it was begun under, however many claims come and go", () => {
    const died: JobEvent = { type: "lease_expired", now: 1_000, detached: true };
    const stopped: JobEvent = { type: "stopped", detached: true };
    expect(runNow(at(initialState(), claimed(1), died, claimed(2), stopped, claimed(3)))).toBe(1);
  });

  test.each([
    ["out of reach, then retried", { type: "failed", failure: LOST, retryAt: null, detached: true }, "retry"],
    [
      "behind a key that changed, then accepted",
      { type: "asked", question: QUESTION, detached: true },
      "answer",
    ],
    [
      "out of reach, tried again by itself",
      { type: "failed", failure: LOST, retryAt: 9, detached: true },
      null,
    ],
  ] as const)("is met again: %s", (_, event, answer) => {
    const back =
      answer === null ? [] : [answer === "answer" ? { type: answer, accept: true } : { type: answer }];
    expect(runNow(at(initialState(), claimed(1), event, ...back, claimed(2)))).toBe(1);
  });

  test("is met by whoever resumes or retries what could not be stopped", () => {
    const lost: JobEvent = { type: "failed", failure: LOST, retryAt: null, detached: true };
    for (const [wish, back] of [
      ["pause", "resume"],
      ["cancel", "retry"],
    ] as const) {
      const state = at(initialState(), claimed(1), { type: wish }, lost);
      expect(next(at(initialState(), claimed(1), { type: wish }), lost)).toMatchObject({
        reason: expect.stringContaining("could not be stopped") as string,
      });
      expect(runNow(at(state, { type: back }, claimed(2)))).toBe(1);
    }
  });

  test("begins anew once it has ended, failed or been stopped", () => {
    const failed: JobEvent = { type: "failed", failure: GONE, retryAt: null };
    expect(runNow(at(initialState(), claimed(1), failed, { type: "retry" }, claimed(2)))).toBe(2);
    const stopped: JobEvent = { type: "stopped", detached: false };
    const paused = at(initialState(), claimed(1), { type: "pause" }, stopped);
    expect(runNow(at(paused, { type: "resume" }, claimed(5)))).toBe(5);
  });
});
