/** What is worth telling somebody who does not look: the events of notifications, as they are stored. */
import type { JobEvent } from "../job-event.ts";
import type { JobState } from "../job-state.ts";
import type { Job, JobId, Place } from "../job.ts";
import { placeName } from "../place.ts";
import { redactText } from "../redact.ts";

export const NOTICE_KINDS = ["complete", "failed", "attention", "disk_low"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Of a job, as it was when it happened: the job may be gone by the time somebody is told. No secrets. */
export interface JobSubject {
  kind: "job";
  id: JobId;
  name: string;
  /** Name of a node or id of a host, and what people call it; null where it is this machine. */
  place: string;
  /** Missing in what an older program wrote. */
  placeKind?: Place["kind"];
  placeLabel: string | null;
  /** The set of the model catalogue it was asked for from. */
  set: string | null;
  /** Of a job that is complete: the command that was asked to be run then, by its name. */
  afterRun?: string | null;
  path: string | null;
  bytes: number | null;
  /** What went wrong or is asked, in a sentence; null where nothing is. */
  message: string | null;
  /** Of a failure, or the kind of what is asked. */
  code: string | null;
}

export interface DiskSubject {
  kind: "disk";
  place: string;
  folder: string;
  freeBytes: number;
}

export interface Notice {
  kind: NoticeKind;
  at: number;
  subject: JobSubject | DiskSubject;
}

/** What a change of a job's state gives to tell. */
export interface JobNotice {
  notice: Notice & { subject: JobSubject };
  /** To be told from then on, if the job is still as it is now; else it has settled by itself. */
  ripeAt: number;
}

/** A full disk is somebody's business once it has kept a download waiting this long. */
export const SPACE_PATIENCE_MS = 10 * 60_000;

/**
 * What there is to tell of a job that has just changed; null for nothing. Of what was there already, and of what an
 * old system left, nobody waits to hear.
 */
export function noticeOf(job: Job, event: JobEvent, now: number): JobNotice | null {
  if (event.type === "found" || event.type === "given_up") return null;
  const told = toldOf(job.state);
  if (told === null) return null;
  const { kind, message, code, patienceMs = 0 } = told;
  const subject: JobSubject = {
    kind: "job",
    id: job.id,
    name: redactText(job.name),
    place: placeName(job.place),
    placeKind: job.place.kind,
    placeLabel: null,
    set: job.source.kind === "model" ? job.source.setId : null,
    afterRun: kind === "complete" ? (job.afterRun ?? null) : null,
    path: job.destination,
    bytes: job.progress.bytesTotal,
    message: message === null ? null : redactText(message),
    code,
  };
  return { notice: { kind, at: now, subject }, ripeAt: now + patienceMs };
}

type Told = { kind: NoticeKind; message: string | null; code: string | null; patienceMs?: number };

function toldOf(state: JobState): Told | null {
  switch (state.kind) {
    case "complete":
      return { kind: "complete", message: null, code: null };
    case "failed": {
      const { message, advice, code } = state.failure;
      return { kind: "failed", message: `${message} ${advice}`, code };
    }
    case "blocked": {
      const { kind, host, port } = state.question;
      const what = kind === "host_key_unknown" ? "is not known yet" : "has changed";
      return { kind: "attention", message: `The host key of ${host}:${port} ${what}.`, code: kind };
    }
    case "paused":
      return state.why === "no_space"
        ? { kind: "attention", message: state.note, code: "no_space", patienceMs: SPACE_PATIENCE_MS }
        : null;
    case "pending":
    case "running":
    case "cancelled":
      return null;
    default:
      throw state satisfies never;
  }
}
