/** A job as old system C's `/downloads/status` and its files show it. Pure. */
import type { Host } from "../../job/host.ts";
import type { JobState } from "../../job/job-state.ts";
import { STATUS_OF } from "../../job/job-state.ts";
import type { CommandStep, Job } from "../../job/job.ts";
import { etaSeconds, percentOf } from "../../job/progress.ts";
import type { Progress } from "../../job/progress.ts";
import { redactText } from "../../job/redact.ts";
import { formatEta, formatSize } from "../../job/size-text.ts";
import type { DownloadMessage } from "../../wire/downloads.ts";

/** What is told of an instance. */
export type HostView = Pick<Host, "instanceId" | "connection">;

/** The job's commands; null for one that is no concern of the old system: it has none. */
export function commandsOf({ steps }: Pick<Job, "steps">): readonly CommandStep[] | null {
  const commands = steps.filter((step) => step.kind === "command");
  return commands.length === steps.length && commands.length > 0 ? commands : null;
}

/** @param host the instance it is for; null for this machine, and for an instance that is forgotten */
export function toDownload(job: Job, host: HostView | null): DownloadMessage {
  const commands = commandsOf(job) ?? [];
  return {
    id: job.id,
    instance_id: host?.instanceId ?? (job.place.kind === "node" ? job.place.name : job.place.hostId),
    ...(host === null ? {} : { ssh_connection: host.connection }),
    added_at: isoTime(job.createdAt),
    status: STATUS_OF[job.state.kind],
    total_commands: commands.length,
    command_index: commandIndex(job.state, commands.length),
    progress: toProgress(job),
    ...errorOf(job.state),
    ...questionOf(job.state),
    updated_at: isoTime(Math.max(job.updatedAt, job.progress.movedAt ?? 0)),
    commands: commands.map(({ shown }) => redactText(shown)),
    resource_paths: job.source.kind === "card" ? [job.source.filepath] : [],
    display_name: job.name,
  };
}

/** From 1 while one is executed, and of the one that failed; else how many are done. */
function commandIndex(state: JobState, total: number): number {
  switch (state.kind) {
    case "running":
    case "failed":
      return state.step + 1;
    case "pending":
    case "paused":
    case "blocked":
    case "cancelled":
      return state.step;
    case "complete":
      return total;
    default:
      throw state satisfies never;
  }
}

function toProgress(job: Job): DownloadMessage["progress"] {
  const { progress, state } = job;
  const complete = state.kind === "complete";
  const event = progress.command?.event ?? null;
  const isTransferring = progress.stage === null || progress.stage === "downloading";
  const stage = event?.stage ?? "download";
  return {
    type: complete ? "stage_complete" : (event?.type ?? "progress"),
    stage: isTransferring ? stage : (progress.stage ?? stage),
    percent: percentOf(progress, complete),
    ...amountsOf(progress),
    ...paceOf(job),
    name: event?.name ?? job.name,
    ...(event?.filename == null ? {} : { filename: event.filename }),
  };
}

type Told<K extends keyof DownloadMessage["progress"]> = Pick<DownloadMessage["progress"], K>;

function amountsOf(progress: Progress): Told<"downloaded" | "total" | "bytes_done" | "bytes_total"> {
  const event = progress.command?.event ?? null;
  const told = event?.type === "progress" ? event : null;
  const total = progress.bytesTotal;
  const done = progress.bytesDone > 0 || total !== null ? progress.bytesDone : null;
  return {
    // Where no bytes are told, pictures may be: `2` of `3`.
    downloaded: done === null ? (told?.downloaded ?? null) : formatSize(done),
    total: total === null ? (told?.total ?? null) : formatSize(total),
    bytes_done: done,
    bytes_total: total,
  };
}

function paceOf({ progress, state }: Job): Told<"speed" | "eta" | "bytes_per_second" | "eta_seconds"> {
  const moves = state.kind === "running" && progress.bytesPerSecond > 0;
  const speed = moves ? Math.round(progress.bytesPerSecond) : null;
  const eta = moves ? etaSeconds(progress) : null;
  return {
    speed: speed === null ? null : `${formatSize(speed)}/s`,
    eta: eta === null ? null : formatEta(eta),
    bytes_per_second: speed,
    eta_seconds: eta === null ? null : Math.round(eta),
  };
}

function errorOf(state: JobState): Pick<DownloadMessage, "error"> {
  if (state.kind === "cancelled") return { error: "Cancelled by a person." };
  if (state.kind !== "failed") return {};
  return { error: `${redactText(state.failure.message)} ${state.failure.advice}` };
}

function questionOf(state: JobState): Pick<DownloadMessage, "host_verification_needed" | "host" | "port"> {
  if (state.kind !== "blocked") return {};
  return { host_verification_needed: true, host: state.question.host, port: state.question.port };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
