/** Methods that pause, go on, stop, forget and reorder. */
import type { Action } from "../../../engine/engine-contract.ts";
import { ENDED_KINDS, isEnded } from "../../../job/job-state.ts";
import type { Job } from "../../../job/job.ts";
import { planMove } from "../../../job/plan-move.ts";
import type { MoveTarget } from "../../../job/plan-move.ts";
import { gidOf } from "./gid.ts";
import { isWaiting } from "./job-shelf.ts";
import type { Method, RpcContext } from "./rpc-context.ts";
import { RpcError } from "./rpc-error.ts";

const OK = "OK";

const pause: Method = async (params, context) => {
  const job = await context.shelf.find(params.text(0));
  if (isPaused(job)) throw cannot(job, "be paused now");
  return act(job, "pause", context, () => cannot(job, "be paused now"));
};

const unpause: Method = async (params, context) => {
  const job = await context.shelf.find(params.text(0));
  // What waits for an answer about a host key looks again: the key may be known by now.
  const action = job.state.kind === "blocked" ? "retry" : "resume";
  return act(job, action, context, () => cannot(job, "be unpaused now"));
};

const remove: Method = async (params, context) => {
  const job = await context.shelf.find(params.text(0));
  const refused = (): RpcError => new RpcError(`Active Download not found for GID#${gidOf(job.id)}`);
  if (wishOf(job) === "cancel") throw refused();
  return act(job, "cancel", context, refused);
};

const pauseAll: Method = async (_params, { engine }) => {
  await engine.actOnAll("pause", { kinds: ["running", "pending"], matches: (job) => !isPaused(job) });
  return OK;
};

const unpauseAll: Method = async (_params, { engine }) => {
  await engine.actOnAll("resume", { kinds: ["paused", "running"], matches: isPaused });
  return OK;
};

/** The unfinished bytes of one that failed stay on the disk, as aria2's do. */
const removeDownloadResult: Method = async (params, { shelf, engine }) => {
  const job = await shelf.find(params.text(0));
  if (!isEnded(job.state)) throw new RpcError(`Could not remove download result of GID#${gidOf(job.id)}`);
  await engine.clear(ENDED_KINDS, ({ id }) => id === job.id);
  return OK;
};

const purgeDownloadResult: Method = async (_params, { engine }) => {
  await engine.clear(ENDED_KINDS);
  return OK;
};

const changePosition: Method = async (params, context) => {
  const gid = params.text(0);
  const offset = params.integer(1);
  const how = params.text(2);
  return moveTo(await context.shelf.find(gid), offset, how, context);
};

export const ACT_METHODS = {
  pause,
  // Nothing is to be told to a tracker: there is no slower way to stop than the quick one.
  forcePause: pause,
  pauseAll,
  forcePauseAll: pauseAll,
  unpause,
  unpauseAll,
  remove,
  forceRemove: remove,
  removeDownloadResult,
  purgeDownloadResult,
  changePosition,
} as const satisfies Record<string, Method>;

/** @param how where `offset` counts from: `POS_SET` the beginning of the queue, `POS_CUR` here, `POS_END` its end */
export async function moveTo(
  job: Job,
  offset: number,
  how: string,
  { shelf, engine }: Pick<RpcContext, "shelf" | "engine">,
): Promise<number> {
  const queue = await shelf.waiting();
  const from = queue.findIndex(({ id }) => id === job.id);
  const base = new Map([
    ["POS_SET", 0],
    ["POS_CUR", from],
    ["POS_END", queue.length - 1],
  ]).get(how);
  if (base === undefined) throw new RpcError("Illegal argument.");
  if (from < 0 || !isWaiting(job)) throw new RpcError(`GID#${gidOf(job.id)} not found in the waiting queue.`);
  const to = Math.min(Math.max(base + offset, 0), queue.length - 1);
  const plan = planMove(queue, job, targetAt(queue, from, to));
  if (plan === null) throw cannot(job, "be moved there");
  for (const { id, priority } of plan) await engine.adjust(id, { priority });
  return to;
}

function targetAt(queue: readonly Job[], from: number, to: number): MoveTarget {
  if (to === 0) return { to: "top" };
  const before = queue[to > from ? to : to - 1];
  return before === undefined ? { to: "bottom" } : { behind: before.id };
}

async function act(
  job: Job,
  action: Action,
  { engine }: RpcContext,
  refused: () => RpcError,
): Promise<string> {
  const outcome = await engine.act(job.id, action);
  switch (outcome.kind) {
    case "done":
      return gidOf(job.id);
    case "unknown":
      throw new RpcError(`GID ${gidOf(job.id)} is not found`);
    case "refused":
      throw refused();
    default:
      throw outcome satisfies never;
  }
}

function isPaused(job: Job): boolean {
  return (job.state.kind === "paused" && job.state.why === "person") || wishOf(job) === "pause";
}

function wishOf({ state }: Job): "pause" | "cancel" | null {
  return state.kind === "running" || state.kind === "pending" ? state.wish : null;
}

function cannot(job: Job, what: string): RpcError {
  return new RpcError(`GID#${gidOf(job.id)} cannot ${what}`);
}
