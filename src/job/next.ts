import { failure } from "./failure.ts";
import type { JobEvent } from "./job-event.ts";
import type { JobState } from "./job-state.ts";
import { runOf } from "./job-state.ts";

/** The state an event leads to, with the reason for the history; or why it may not happen. */
export type Transition = { ok: true; state: JobState; reason: string } | { ok: false; refusal: string };

/**
 * The rules of a job's life (CONTRACT §4), all of them. Pure.
 *
 * A wish (pause, cancel) is never lost: whatever ends the run, the wish decides what comes next.
 * Only completion wins over a wish, because then there is nothing left to stop.
 */
export function next(state: JobState, event: JobEvent): Transition {
  switch (event.type) {
    case "claimed":
      return claim(state, event);
    case "step_done":
    case "failed":
    case "stopped":
    case "suspended":
    case "asked":
      return state.kind === "running"
        ? endRun(state, event)
        : refuse(`a run reported '${event.type}', but the job is ${state.kind}`);
    case "lease_expired":
      return expireLease(state, event);
    case "unsuspended":
      return state.kind === "paused" && state.why === event.why
        ? to(waiting(state.step, alive(state.run)), UNSUSPENDED[event.why])
        : refuse(`the job does not wait for '${event.why}'`);
    case "found":
      return state.kind === "pending" && !state.detached
        ? to({ kind: "complete" }, "the file is there already")
        : refuse(notWaiting(state));
    case "given_up":
      return state.kind === "pending" && !state.detached
        ? to({ kind: "failed", step: state.step, failure: event.failure }, event.failure.message)
        : refuse(notWaiting(state));
    case "pause":
      return pause(state);
    case "resume":
    case "now":
      return resume(state, event.type === "now");
    case "cancel":
      return cancel(state);
    case "retry":
      return retry(state);
    case "answer":
      return answer(state, event.accept);
    default:
      throw event satisfies never;
  }
}

/** The state a new job begins in. */
export function initialState({ paused = false }: { paused?: boolean } = {}): JobState {
  return paused ? { kind: "paused", step: 0, why: "person", note: null } : waiting(0, {});
}

const UNSUSPENDED = {
  no_space: "there is space on the disk again",
  window: "it may run at this hour",
};

type Of<K extends JobState["kind"]> = Extract<JobState, { kind: K }>;
type OfEvent<T extends JobEvent["type"]> = Extract<JobEvent, { type: T }>;

function claim(state: JobState, event: OfEvent<"claimed">): Transition {
  if (state.kind !== "pending") return refuse(notWaiting(state));
  const { step, failures, wish, detached, run } = state;
  return to(
    { kind: "running", step, failures, lease: event.lease, wish, ...begun(detached ? run : undefined) },
    `taken up by ${event.lease.owner}`,
  );
}

function endRun(
  state: Of<"running">,
  event: OfEvent<"step_done" | "failed" | "stopped" | "suspended" | "asked">,
): Transition {
  const { step, wish } = state;
  if (event.type === "step_done" && step + 1 >= event.steps)
    return to({ kind: "complete" }, event.note === undefined ? "complete" : `complete: ${event.note}`);
  const at = event.type === "step_done" ? step + 1 : step;
  if (event.type === "stopped" && event.detached)
    // What goes on without us has to be met again before a wish can be granted: the next claim does it.
    return to(
      waiting(step, { ...alive(runOf(state)), failures: state.failures, wish }),
      "the runner stopped",
    );
  if (wish !== null) return heedWish(wish, at, left(state, event));
  switch (event.type) {
    case "step_done":
      return to({ ...state, step: at, failures: 0 }, `step ${step + 1} of ${event.steps} done`);
    case "failed":
      return event.retryAt === null
        ? to({ kind: "failed", step, failure: event.failure, ...left(state, event) }, event.failure.message)
        : to(
            waiting(step, {
              ...alive(left(state, event).run),
              notBefore: event.retryAt,
              failures: event.bytesCame === true ? 1 : state.failures + 1,
              lastFailure: event.failure,
            }),
            `will be tried again: ${event.failure.message}`,
          );
    case "stopped":
      return to(waiting(step, { failures: state.failures }), "the runner stopped");
    case "suspended":
      return to({ kind: "paused", step, why: event.why, note: event.note }, event.note);
    case "asked":
      return to(
        { kind: "blocked", step, question: event.question, ...left(state, event) },
        event.question.kind === "host_key_unknown"
          ? "the host key is not known yet"
          : "the host key has changed",
      );
    default:
      throw event satisfies never;
  }
}

function heedWish(wish: "pause" | "cancel", step: number, goesOn: { run?: number }): Transition {
  const how = goesOn.run === undefined ? "" : "; what runs on the instance could not be stopped";
  return wish === "cancel"
    ? to({ kind: "cancelled", step, ...goesOn }, `cancelled by a person${how}`)
    : to({ kind: "paused", step, why: "person", note: null, ...goesOn }, `paused by a person${how}`);
}

function expireLease(state: JobState, event: OfEvent<"lease_expired">): Transition {
  if (state.kind !== "running") return refuse(`the job has no lease, it is ${state.kind}`);
  if (state.lease.expiresAt > event.now) return refuse("the lease has not run out");
  if (state.wish !== null && !event.detached) return heedWish(state.wish, state.step, {});
  return to(
    waiting(state.step, {
      ...alive(event.detached ? runOf(state) : undefined),
      failures: state.failures,
      wish: state.wish,
    }),
    `${state.lease.owner} went away`,
  );
}

function pause(state: JobState): Transition {
  switch (state.kind) {
    case "pending":
      if (state.wish === "cancel") return refuse("the job is being cancelled");
      return state.detached
        ? to({ ...state, wish: "pause" }, "pause asked for")
        : to({ kind: "paused", step: state.step, why: "person", note: null }, "paused by a person");
    case "running":
      return state.wish === "cancel"
        ? refuse("the job is being cancelled")
        : to({ ...state, wish: "pause" }, "pause asked for");
    case "paused":
      return to({ ...state, why: "person", note: null }, "paused by a person");
    case "blocked":
      return to(
        { kind: "paused", step: state.step, why: "person", note: null, ...begun(state.run) },
        "paused by a person",
      );
    case "complete":
    case "failed":
    case "cancelled":
      return refuse(`the job is ${state.kind}`);
    default:
      throw state satisfies never;
  }
}

/** @param now whatever the hour, and before the time of its next try */
function resume(state: JobState, now: boolean): Transition {
  const reason = now ? "let run now, whatever the hour, by a person" : "resumed by a person";
  switch (state.kind) {
    case "paused":
      return to(waiting(state.step, alive(state.run)), reason);
    case "running":
    case "pending":
      if (state.wish === "cancel") return refuse("the job is being cancelled");
      // The run may already be on its way out; then it ends as 'stopped' without a wish and waits again.
      if (!now && state.wish !== "pause") return refuse(`the job is ${state.kind}, not paused`);
      if (!now || state.kind === "running") return to({ ...state, wish: null }, reason);
      return to({ ...state, wish: null, notBefore: 0, lastFailure: null }, reason);
    case "blocked":
    case "complete":
    case "failed":
    case "cancelled":
      return refuse(`the job is ${state.kind}, not paused`);
    default:
      throw state satisfies never;
  }
}

function cancel(state: JobState): Transition {
  switch (state.kind) {
    case "pending":
      return state.detached
        ? to({ ...state, wish: "cancel" }, "cancel asked for")
        : to({ kind: "cancelled", step: state.step }, "cancelled by a person");
    case "running":
      return to({ ...state, wish: "cancel" }, "cancel asked for");
    case "paused":
    case "blocked":
      return to({ kind: "cancelled", step: state.step, ...begun(state.run) }, "cancelled by a person");
    case "complete":
    case "failed":
    case "cancelled":
      return refuse(`the job is ${state.kind}`);
    default:
      throw state satisfies never;
  }
}

function retry(state: JobState): Transition {
  switch (state.kind) {
    case "failed":
    case "cancelled":
    // Whoever made the key known by other means wants the job to look again; if it is not known, it asks again.
    case "blocked":
      return to(waiting(state.step, alive(state.run)), "retried by a person");
    case "pending":
      // Waiting for its next try by itself: a person may hurry it up, and it has all its tries again.
      return state.notBefore > 0
        ? to(waiting(state.step, alive(state.run)), "retried by a person")
        : refuse("the job is waiting for its turn already");
    case "running":
    case "paused":
    case "complete":
      return refuse(
        `only a job that failed, was cancelled or asks can be retried, this one is ${state.kind}`,
      );
    default:
      throw state satisfies never;
  }
}

function answer(state: JobState, accept: boolean): Transition {
  if (state.kind !== "blocked") return refuse(`the job asks nothing, it is ${state.kind}`);
  if (accept) return to(waiting(state.step, alive(state.run)), "the host key was accepted");
  const { host, port } = state.question;
  return to(
    {
      kind: "failed",
      step: state.step,
      failure: failure("host_key_rejected", `The key of ${host}:${port} was rejected.`),
      ...begun(state.run),
    },
    "the host key was rejected",
  );
}

/** What was begun on the place and may go on there. */
function left(state: Of<"running">, event: JobEvent): { run?: number } {
  return begun("detached" in event && event.detached ? runOf(state) : undefined);
}

function begun(run: number | undefined): { run?: number } {
  return run === undefined ? {} : { run };
}

function alive(run: number | undefined): { detached?: true; run?: number } {
  return run === undefined ? {} : { detached: true, run };
}

function notWaiting(state: JobState): string {
  if (state.kind === "pending") return "a run that went on by itself has to be met first";
  return `the job does not wait for its turn, it is ${state.kind}`;
}

function waiting(step: number, more: Partial<Omit<Of<"pending">, "kind" | "step">>): JobState {
  return {
    kind: "pending",
    step,
    notBefore: 0,
    failures: 0,
    lastFailure: null,
    detached: false,
    wish: null,
    ...more,
  };
}

function to(state: JobState, reason: string): Transition {
  return { ok: true, state, reason };
}

function refuse(refusal: string): Transition {
  return { ok: false, refusal };
}
