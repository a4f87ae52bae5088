/** Methods that tell of downloads. */
import type { Job } from "../../../job/job.ts";
import { isEnded } from "../../../job/job-state.ts";
import { gidOf } from "./gid.ts";
import { filesOf, urisOf } from "./job-files.ts";
import { isActive } from "./job-shelf.ts";
import { toStatusMessage } from "./job-status.ts";
import type { StatusMessage } from "./job-status.ts";
import type { Params } from "./read-params.ts";
import type { Method, RpcContext } from "./rpc-context.ts";
import { RpcError } from "./rpc-error.ts";

const tellStatus: Method = async (params, context) => {
  const gid = params.text(0);
  const keys = params.keys(1);
  return toStatusMessage(await context.shelf.find(gid), keys, mapReader(context));
};

const tellActive: Method = async (params, context) => {
  const keys = params.keys(0);
  return tellAll(await context.shelf.active(), keys, context);
};

const tellWaiting: Method = async (params, context) =>
  tellRange(params, context, await context.shelf.waiting());

const tellStopped: Method = async (params, context) =>
  tellRange(params, context, await context.shelf.stopped());

const getUris: Method = async (params, { shelf }) => {
  const job = await shelf.find(params.text(0));
  if (isEnded(job.state)) throw new RpcError(`No URI data is available for GID#${gidOf(job.id)}`);
  return urisOf(job);
};

const getFiles: Method = async (params, { shelf }) => filesOf(await shelf.find(params.text(0)));

/** There are peers of torrents only. */
const getPeers: Method = async (params, { shelf }) => {
  const job = await shelf.find(params.text(0));
  if (isEnded(job.state)) throw new RpcError(`No peer data is available for GID#${gidOf(job.id)}`);
  return [];
};

/** Which of several addresses the bytes come from at present is not known out here: the first one is named. */
const getServers: Method = async (params, { shelf }) => {
  const job = await shelf.find(params.text(0));
  if (!isActive(job)) throw new RpcError(`No active download for GID#${gidOf(job.id)}`);
  const [first] = urisOf(job);
  const downloadSpeed = String(Math.round(job.progress.bytesPerSecond));
  const servers = first === undefined ? [] : [{ uri: first.uri, currentUri: first.uri, downloadSpeed }];
  return [{ index: "1", servers }];
};

const getGlobalStat: Method = async (_params, { shelf }) => {
  const jobs = await shelf.all();
  const active = jobs.filter(isActive);
  const stopped = jobs.filter(({ state }) => isEnded(state)).length;
  const speed = active.reduce((sum, { progress }) => sum + progress.bytesPerSecond, 0);
  return {
    downloadSpeed: String(Math.round(speed)),
    uploadSpeed: "0",
    numActive: String(active.length),
    numWaiting: String(jobs.length - active.length - stopped),
    numStopped: String(stopped),
    numStoppedTotal: String(stopped),
  };
};

export const TELL_METHODS = {
  tellStatus,
  tellActive,
  tellWaiting,
  tellStopped,
  getUris,
  getFiles,
  getPeers,
  getServers,
  getGlobalStat,
} as const satisfies Record<string, Method>;

async function tellRange(
  params: Params,
  context: RpcContext,
  jobs: readonly Job[],
): Promise<StatusMessage[]> {
  const offset = params.integer(0);
  const count = params.integerFrom(1, 0);
  const keys = params.keys(2);
  return tellAll(cutRange(jobs, offset, count), keys, context);
}

async function tellAll(
  jobs: readonly Job[],
  keys: ReadonlySet<string> | null,
  context: RpcContext,
): Promise<StatusMessage[]> {
  const messages: StatusMessage[] = [];
  for (const job of jobs) messages.push(await toStatusMessage(job, keys, mapReader(context)));
  return messages;
}

/** `offset` below 0 counts from the end (−1 is the last one), and goes backwards from there. */
export function cutRange<T>(all: readonly T[], offset: number, count: number): readonly T[] {
  if (offset >= 0) return all.slice(offset, offset + count);
  const last = all.length + offset;
  if (last < 0) return [];
  return all.slice(Math.max(0, last - count + 1), last + 1).toReversed();
}

function mapReader({ engine }: RpcContext): (job: Job) => ReturnType<RpcContext["engine"]["map"]> {
  return ({ id }) => engine.map(id);
}
