/** How things stand with an instance, from what is kept of it. Pure. */
import type { HostMessage } from "../../../src/wire/hosts.ts";

export type InstanceState =
  /** It has shown keys that a person has to look at. */
  | { kind: "verify"; changed: boolean }
  /** It never answered. */
  | { kind: "new" }
  /** It answers, and nobody has looked yet what it has. */
  | { kind: "seen"; at: string }
  | { kind: "known"; at: string };

export function instanceState(
  host: Pick<HostMessage, "question" | "last_seen_at" | "scanned_at">,
): InstanceState {
  const { question, last_seen_at: seen, scanned_at: scanned } = host;
  if (question !== null) return { kind: "verify", changed: question.changed };
  if (seen === null) return { kind: "new" };
  return scanned === null ? { kind: "seen", at: seen } : { kind: "known", at: seen };
}

/** How full its disk is, 0 to 1; null where it was not looked at. */
export function diskUse({
  free_bytes: free,
  total_bytes: total,
}: Pick<HostMessage, "free_bytes" | "total_bytes">) {
  if (free === null || total === null || total <= 0) return null;
  return Math.max(0, Math.min(1, 1 - free / total));
}

/** Tools that fetch files: without one of them no card runs there. */
const FETCHERS: ReadonlySet<string> = new Set([
  "wget",
  "wget2",
  "curl",
  "aria2c",
  "civitdl",
  "hf",
  "huggingface-cli",
  "rclone",
  "busybox",
]);

export interface ToolShown {
  tool: string;
  version: string | null;
  path: string;
}

/** Those that fetch first, then what they build on. */
export function sortTools(tools: HostMessage["tools"]): { fetchers: ToolShown[]; others: ToolShown[] } {
  return {
    fetchers: tools.filter(({ tool }) => FETCHERS.has(tool)),
    others: tools.filter(({ tool }) => !FETCHERS.has(tool)),
  };
}
