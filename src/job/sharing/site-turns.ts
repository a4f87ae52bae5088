/** Of the machines of one site that want the same file: which fetches it, and which wait for that one. Pure. */
import type { JobStateKind, PauseReason } from "../job-state.ts";
import type { JobId } from "../job.ts";

/** A machine that is away for so long has lost its part: another one of its site fetches the file instead. */
export const SITE_PATIENCE_MS = 60_000;

/** One of the jobs that share a file. */
export interface SiteMember {
  job: JobId;
  /** The machine whose disk it is for. */
  node: string;
  kind: JobStateKind;
  /** Only of a paused one. */
  paused: PauseReason | null;
  /** It is the one that fetches the file from its origin. */
  isFirst: boolean;
  /** What is known of its file once it is complete: that it can be had, that it cannot, or nothing yet. */
  file: "there" | "lost" | null;
  /** The machine hands files out. */
  gives: boolean;
  /** The machine takes up nothing new. */
  rests: boolean;
  /** The machine was not heard of for so long; 0: it is there. */
  awayMs: number;
}

export interface SiteTurns {
  /** Who fetches from the origin; null: nobody has to, or everybody does. */
  first: SiteMember | null;
  /** Who waits for the first; everybody else may go. */
  waiting: readonly SiteMember[];
}

/** @param members in the order in which they were asked for */
export function siteTurns(members: readonly SiteMember[]): SiteTurns {
  const first = firstOf(members);
  const waiting = members.filter((each) => first !== null && each !== first && each.kind === "pending");
  return { first, waiting };
}

/** Who has it and hands it out. */
export function giversOf(members: readonly SiteMember[]): SiteMember[] {
  return members.filter(
    ({ kind, file, gives, awayMs }) =>
      kind === "complete" && file === "there" && gives && awayMs < SITE_PATIENCE_MS,
  );
}

/** Whoever has the part and does something about it keeps it: two would fetch twice. */
export function presentFirst(members: readonly SiteMember[]): SiteMember | null {
  return members.find((each) => each.isFirst && isAtIt(each)) ?? null;
}

function firstOf(members: readonly SiteMember[]): SiteMember | null {
  const present = presentFirst(members);
  if (present !== null && present.awayMs < SITE_PATIENCE_MS) return present;
  if (giversOf(members).length > 0) return null;
  // As long as nobody could do better, one that is away may come back: the store was away from all of them, maybe.
  return elect(members) ?? present;
}

/** It fetches the file, or will, or finds out what it has fetched. */
function isAtIt({ kind, paused, file, gives, rests }: SiteMember): boolean {
  switch (kind) {
    case "pending":
      return !rests;
    case "running":
    case "blocked":
      return true;
    case "paused":
      // It goes on by itself at its hour; a person, and a full disk, may take for ever.
      return paused === "window";
    case "complete":
      return gives && file === null;
    case "failed":
    case "cancelled":
      return false;
    default:
      throw kind satisfies never;
  }
}

/** What is at work already goes on; else the first that was asked for. */
function elect(members: readonly SiteMember[]): SiteMember | null {
  const able = members.filter(({ gives, awayMs }) => gives && awayMs === 0);
  return (
    able.find(({ kind }) => kind === "running") ??
    able.find(({ kind, rests }) => kind === "pending" && !rests) ??
    null
  );
}
