/** Instances: machines that are reached over SSH, as the queue knows them. */
import type { HostKeyQuestion } from "./job-state.ts";
import type { Labels } from "./node-contract.ts";

/** UUID (RFC 9562) in lower case. Jobs, trust in host keys and runs are tied to it, not to an address. */
export type HostId = string;

/** What a connection string says, once it is understood. It can hold no secret: nothing in it could be one. */
export interface HostAddress {
  /** The shortest `ssh …` line that leads there. */
  connection: string;
  /** Equal for two connections exactly if they lead to the same account of the same machine. */
  identity: string;
  /** Name or address. */
  address: string;
  /** What the connection says, else 22. */
  port: number;
  /** Null: what ssh's configuration says. */
  user: string | null;
  /** CONTRACT §5: the address with its dots as underscores. Two ports of one address share it. */
  instanceId: string;
}

/** What a person may change; null stands for the setting. */
export interface HostChoices {
  label: string;
  /** `$UI_HOME` there: an absolute path. */
  uiHome: string | null;
  tags: readonly string[];
  limits: HostLimits;
  /** Only machines that have all of these labels run its jobs. */
  needs: Labels;
}

export interface HostLimits {
  /** Command jobs at a time, from 1. */
  jobs: number | null;
  /** Connections one plain fetch of a card may use there, where a tool for it is there; null: as the card says. */
  connections: number | null;
  /** Bytes per second for all files together that we have fetched there; commands of cards do as their lines say. */
  bytesPerSecond: number | null;
}

/** As the settings say. */
export const NO_LIMITS: HostLimits = { jobs: null, connections: null, bytesPerSecond: null };

/** Tools that cards may use, or that make more of a card than its line says. */
export const HOST_TOOLS = [
  "wget",
  "wget2",
  "curl",
  "aria2c",
  "civitdl",
  "hf",
  "huggingface-cli",
  "python3",
  "git-lfs",
  "rclone",
  "busybox",
  "sha256sum",
] as const;
export type HostTool = (typeof HOST_TOOLS)[number];

export interface ToolFound {
  tool: HostTool;
  path: string;
  /** As the tool says it, or null where it does not. */
  version: string | null;
}

/** Where instances keep tools that their login shells would find and ours does not; `~/` is the home there. */
export const TOOL_FOLDERS: readonly string[] = ["/venv/main/bin", "~/.local/bin", "/opt/conda/bin"];

/** What was found on an instance when somebody looked. */
export interface HostFindings {
  at: number;
  /** `uname -sm`: `Linux x86_64`. */
  system: string;
  /** What `$UI_HOME` was, and whether it is there. */
  uiHome: string;
  uiHomeExists: boolean;
  /** Bytes on the disk of `uiHome`, or of the nearest folder above it that is there. */
  freeBytes: number | null;
  totalBytes: number | null;
  tools: readonly ToolFound[];
}

export interface Host extends HostAddress, HostChoices {
  id: HostId;
  /** Epoch milliseconds, as are all times. */
  createdAt: number;
  /** Of the last change by a person. */
  updatedAt: number;
  /** When it last answered. */
  lastSeenAt: number | null;
  findings: HostFindings | null;
  /** What a person was asked last about its keys and has not answered. */
  question: PendingQuestion | null;
}

export interface PendingQuestion {
  question: HostKeyQuestion;
  askedAt: number;
  /**
   * The host showed other keys shortly before, and nobody has answered that: whoever says yes without naming a
   * fingerprint may have seen the others.
   */
  ambiguous: boolean;
}

/** A host before it is kept. */
export interface HostDraft extends HostAddress, Partial<HostChoices> {}

/** Unanswered questions older than this were not read by whoever answers now. */
const QUESTION_FRESH_MS = 3_600_000;

/** What becomes of the pending question when the host shows keys that are not trusted. Pure. */
export function askAnew(
  pending: PendingQuestion | null,
  question: HostKeyQuestion,
  now: number,
): PendingQuestion {
  const fresh = pending !== null && now - pending.askedAt < QUESTION_FRESH_MS;
  const ambiguous = fresh && (pending.ambiguous || !sameKeys(pending.question, question));
  return { question, askedAt: now, ambiguous };
}

/** Whether two questions are about the same keys of the same machine. */
export function sameKeys(one: HostKeyQuestion, other: HostKeyQuestion): boolean {
  const lines = (question: HostKeyQuestion): string => [...question.keyLines].sort().join("\n");
  return one.kind === other.kind && lines(one) === lines(other);
}
