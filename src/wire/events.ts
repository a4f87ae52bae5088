/** The event stream (`GET /events`, WHATWG Server-Sent Events). Ids are positions in the stream of changes. */
import { z } from "zod";
import type { LimitMessage } from "./limits.ts";
import type { GroupsEvent } from "./groups.ts";
import { JobMessage } from "./job-message.ts";
import type { MachinesEvent } from "./waiting-message.ts";
import { ProgressMessage } from "./progress-message.ts";

/** Sent first when `?snapshot=1`, and again whenever a client has missed too much. */
export const SnapshotEvent = z.object({
  /** All jobs that are not ended, and the newest ended ones. */
  jobs: z.array(JobMessage),
});
export const RemovedEvent = z.object({ id: z.uuid() });
/** Progress of all running jobs that moved, at most twice a second; not replayed. */
export const ProgressEvent = z.object({
  jobs: z.array(z.object({ id: z.uuid(), progress: ProgressMessage })),
});

/** It tells no more: not everybody who follows may know settings. */
export const SettingsEvent = z.object({});

/** Besides jobs: `hosts`, `access`, `channels`, `models`, `images`, and what newer servers have. */
export const ChangedEvent = z.object({ what: z.string().max(64) });

export type ServerEvent =
  | { type: "snapshot"; data: z.infer<typeof SnapshotEvent> }
  | { type: "job"; data: JobMessage }
  | { type: "removed"; data: z.infer<typeof RemovedEvent> }
  | { type: "progress"; data: z.infer<typeof ProgressEvent> }
  /** The limit for all: first in every stream, after the snapshot, and whenever it is another one. No id. */
  | { type: "limit"; data: LimitMessage }
  /** Groups that moved, or are gone. No id, not replayed: `GET /groups` has them all. */
  | { type: "groups"; data: z.infer<typeof GroupsEvent> }
  /** Which machines take up jobs: after the limit at the beginning, and whenever it is otherwise. No id. */
  | { type: "machines"; data: MachinesEvent }
  /** Settings were changed. No id, not replayed. */
  | { type: "settings"; data: z.infer<typeof SettingsEvent> }
  /** It is to be asked for again. No id, not replayed. */
  | { type: "changed"; data: z.infer<typeof ChangedEvent> };

/** Ended jobs a snapshot holds at most: the page shows the rest by paging through `GET /jobs`. */
export const SNAPSHOT_ENDED_JOBS = 500;
