/** What is said of a group, and what may be asked of it. Pure. */
import type { GroupAction, GroupMessage } from "../../../src/wire/groups.ts";
import { barFraction } from "../format/percent.ts";
import type { BarTone } from "../ui/progress-bar.tsx";
import { t, tn } from "../words/words.ts";

type Sum = Pick<
  GroupMessage,
  "status" | "count" | "counts" | "percent" | "bytes_done" | "bytes_total" | "unknown"
>;

export const BAR_TONE: Record<Sum["status"], BarTone> = {
  RUNNING: "accent",
  PENDING: "rest",
  HOST_VERIFICATION_NEEDED: "rest",
  PAUSED: "rest",
  FAILED: "bad",
  COMPLETE: "ok",
  CANCELLED: "rest",
};

/** What all of it is doing. */
export function stageOf({ status }: Pick<Sum, "status">): string {
  switch (status) {
    case "RUNNING":
      return t("Downloading");
    case "PENDING":
      return t("Waiting");
    case "HOST_VERIFICATION_NEEDED":
      return t("Waits for you");
    case "PAUSED":
      return t("Paused");
    case "FAILED":
      return t("Failed");
    case "COMPLETE":
      return t("Complete");
    case "CANCELLED":
      return t("Cancelled");
    default:
      throw status satisfies never;
  }
}

/** Downloads that are wanted: those that are cancelled are not. */
export function wantedOf({ count, counts }: Pick<Sum, "count" | "counts">): number {
  return count - counts.CANCELLED;
}

/** What needs somebody; empty where nothing does. */
export function troublesOf({ counts }: Pick<Sum, "counts">): { tone: "bad" | "warn"; text: string }[] {
  const { FAILED: failed, HOST_VERIFICATION_NEEDED: asking } = counts;
  return [
    ...(failed > 0 ? [{ tone: "bad" as const, text: t("{n} failed", { n: failed }) }] : []),
    ...(asking > 0
      ? [{ tone: "warn" as const, text: tn(asking, "{n} waits for a key", "{n} wait for a key") }]
      : []),
  ];
}

/** How full its bar is, 0 to 1: by bytes, which move it finely, where all sizes are known. */
export function fractionOf({ status, percent, bytes_done, bytes_total, unknown }: Sum): number {
  if (percent === null) return 0;
  if (status === "COMPLETE") return 1;
  const byBytes = unknown === 0 ? barFraction(bytes_done, bytes_total, false) : null;
  return Math.min(0.995, byBytes !== null && Math.abs(100 * byBytes - percent) < 2 ? byBytes : percent / 100);
}

export interface GroupOffer {
  main: GroupAction | null;
  more: GroupAction[];
}

/** What can be asked of its downloads: the likeliest by itself. */
export function offersOf({ counts }: Pick<Sum, "counts">): GroupOffer {
  const goesOn = counts.RUNNING + counts.PENDING;
  const isOpen = goesOn + counts.PAUSED + counts.HOST_VERIFICATION_NEEDED > 0;
  const may: GroupAction[] = [
    ...(goesOn > 0 ? (["pause"] as const) : []),
    ...(counts.PAUSED > 0 ? (["resume"] as const) : []),
    ...(counts.FAILED > 0 || (counts.CANCELLED > 0 && !isOpen) ? (["retry"] as const) : []),
    ...(isOpen ? (["cancel"] as const) : []),
  ];
  const [first = null] = may;
  // What was ended by somebody is not likely to be wanted again.
  const isLikely = first !== "cancel" && !(first === "retry" && counts.FAILED === 0);
  const main = isLikely ? first : null;
  return { main, more: may.filter((action) => action !== main) };
}
