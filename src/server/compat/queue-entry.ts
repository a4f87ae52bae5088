/** An entry of `download_queue.json` or `download_status.json` as another program wrote it. Pure. */
import { z } from "zod";
import type { Job } from "../../job/job.ts";
import { Status } from "../../wire/job-message.ts";
import type { DownloadMessage } from "../../wire/downloads.ts";
import type { HostView } from "./download-view.ts";
import { commandsOf, toDownload } from "./download-view.ts";

/** Whose an entry is: what this server wrote is known to the store, or was removed from it. */
const OURS = "haulyard";

const text = (max: number): z.ZodString => z.string().max(max);

/** Less strict than what we write: what is not needed to run the job may be missing. */
const EntrySchema = z.object({
  id: z.uuid().transform((id) => id.toLowerCase()),
  ssh_connection: text(4096).min(1),
  ui_home: text(4096).min(1).nullish(),
  resource_paths: z.array(text(4096)).max(1000).default([]),
  commands: z
    .array(text(32 * 1024))
    .max(1000)
    .default([]),
  /** The command at work, from 0. */
  command_index: z.number().int().min(0).default(0),
  status: Status,
  added_at: text(64).optional(),
  error: text(10_000).nullish(),
});
export type QueueEntry = z.infer<typeof EntrySchema>;

/** The status file knows more of a job than its queue entry; this is all that counts of it. */
const StatusSchema = z.object({
  id: z.uuid().transform((id) => id.toLowerCase()),
  status: Status,
  error: text(10_000).nullish(),
  added_at: text(64).optional(),
  updated_at: text(64).optional(),
});
export type StatusOfEntry = z.infer<typeof StatusSchema>;

/** What a queue or status file holds, or why it is none. */
export function parseList(content: string): unknown[] | { refusal: string } {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return { refusal: "it is not valid JSON" };
  }
  return Array.isArray(value) ? value : { refusal: "it must hold a list of jobs" };
}

/** The entry, or why it is none. */
export function readQueueEntry(value: unknown): QueueEntry | { refusal: string } {
  const checked = EntrySchema.safeParse(value);
  if (checked.success) {
    const { commands, resource_paths: paths } = checked.data;
    if (commands.length === 0 && paths.length !== 1) return { refusal: "it has no commands" };
    return checked.data;
  }
  const field = checked.error.issues[0]?.path.join(".") ?? "";
  return { refusal: field === "" ? "it is no object" : `${field} is missing or wrong` };
}

export function readStatusEntry(value: unknown): StatusOfEntry | null {
  const checked = StatusSchema.safeParse(value);
  return checked.success ? checked.data : null;
}

/** Lower case; null where an entry has none. */
export function idOf(value: unknown): string | null {
  const id = fieldOf(value, "id");
  return typeof id === "string" ? id.toLowerCase() : null;
}

export function isOurs(value: unknown): boolean {
  return fieldOf(value, "managed_by") === OURS;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Ended, and longer ago than ended downloads are kept. */
export function isForgotten(value: unknown, now: number, retentionMs: number): boolean {
  const entry = readStatusEntry(value);
  if (entry === null || !["COMPLETE", "FAILED", "CANCELLED"].includes(entry.status)) return false;
  const at = Date.parse(entry.updated_at ?? entry.added_at ?? "");
  return at < now - retentionMs;
}

/** A job as the queue file has it. */
export function toQueueEntry(job: Job, host: HostView | null): object {
  const download = toDownload(job, host);
  const { id, instance_id, resource_paths, commands, total_commands, added_at, status } = download;
  return {
    id,
    instance_id,
    ssh_connection: host?.connection ?? "",
    ui_home: commandsOf(job)?.[0]?.environment["UI_HOME"] ?? "",
    resource_paths,
    commands,
    total_commands,
    command_index: Math.min("step" in job.state ? job.state.step : total_commands, total_commands - 1),
    added_at,
    status,
    ...progressOf(download),
    ...(download.error === undefined ? {} : { error: download.error }),
    managed_by: OURS,
  };
}

/** A job as the status file has it: as `/downloads/status` shows it. */
export function toStatusEntry(job: Job, host: HostView | null): object {
  return { ...toDownload(job, host), managed_by: OURS };
}

function progressOf({ status, progress }: DownloadMessage): { progress?: DownloadMessage["progress"] } {
  return status === "PENDING" ? {} : { progress };
}
