/** How far a job is, as the outside sees it. */
import { z } from "zod";
import type { CommandProgress, Progress } from "../job/progress.ts";
import { etaSeconds, percentOf } from "../job/progress.ts";

/** What the tool of a command says of the file, model or pictures it is at, in the words of old system C. */
const CommandProgressMessage = z.object({
  type: z.enum(["stage_start", "progress", "stage_complete"]),
  stage: z.enum(["images", "model", "download"]),
  name: z.string().nullable(),
  filename: z.string().nullable(),
  percent: z.number().nullable(),
  downloaded: z.string().nullable(),
  total: z.string().nullable(),
  speed: z.string().nullable(),
  eta: z.string().nullable(),
  bytes_done: z.number().nullable(),
  bytes_total: z.number().nullable(),
});

export const ProgressMessage = z.object({
  stage: z
    .enum(["connecting", "downloading", "waiting", "copying", "verifying", "placing", "reconnecting"])
    .nullable(),
  /** Whole percent; null while the total is unknown; 100 only once the file is in place. */
  percent: z.number().int().min(0).max(100).nullable(),
  bytes_done: z.number(),
  bytes_total: z.number().nullable(),
  bytes_per_second: z.number(),
  eta_seconds: z.number().nullable(),
  /** Bytes hashed so far while `stage` is `verifying`. */
  bytes_verified: z.number().nullable(),
  connections: z.number().int(),
  /** Counts fresh starts of the bytes, from 1. */
  attempt: z.number().int(),
  note: z.string().nullable(),
  /** The machine of the same site that the bytes come from, or came from last; left out where that is their origin. */
  from_node: z.string().optional(),
  /** Null for transfers, and before the tool of a command has said anything. */
  command: CommandProgressMessage.nullable(),
});
export type ProgressMessage = z.infer<typeof ProgressMessage>;

export function toProgressMessage(progress: Progress, complete: boolean): ProgressMessage {
  return {
    stage: progress.stage,
    percent: percentOf(progress, complete),
    bytes_done: progress.bytesDone,
    bytes_total: progress.bytesTotal,
    bytes_per_second: Math.round(progress.bytesPerSecond),
    eta_seconds: roundOrNull(etaSeconds(progress)),
    bytes_verified: progress.bytesVerified,
    connections: progress.connections,
    attempt: progress.attempt,
    note: progress.note,
    ...(progress.fromNode == null ? {} : { from_node: progress.fromNode }),
    command: toCommandProgress(progress.command?.event ?? null),
  };
}

type ToolWord = NonNullable<CommandProgress["event"]>;

function toCommandProgress(event: ToolWord | null): z.infer<typeof CommandProgressMessage> | null {
  if (event === null) return null;
  const { type, stage, name, filename } = event;
  const none = { percent: null, downloaded: null, total: null, speed: null, eta: null };
  switch (type) {
    case "stage_start":
      return { type, stage, name, filename, ...none, bytes_done: null, bytes_total: null };
    case "progress": {
      const { percent, downloaded, total, speed, eta, bytes_done, bytes_total } = event;
      return { type, stage, name, filename, percent, downloaded, total, speed, eta, bytes_done, bytes_total };
    }
    case "stage_complete": {
      const { percent, bytes_done, bytes_total } = event;
      return { type, stage, name, filename, ...none, percent, bytes_done, bytes_total };
    }
    default:
      throw event satisfies never;
  }
}

function roundOrNull(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds);
}
