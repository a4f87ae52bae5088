/** A group in the words of the terminal. Pure. */
import type { GroupMessage } from "../../wire/groups.ts";
import type { Status } from "../../wire/job-message.ts";
import { statusColor, statusWord } from "../queue/job-words.ts";
import { cleanText } from "../screen/clean-text.ts";
import type { BarFacts } from "../screen/draw-bar.ts";
import { formatBytes } from "../screen/format.ts";

/** What needs a person comes first. */
const TOLD: readonly Status[] = [
  "FAILED",
  "HOST_VERIFICATION_NEEDED",
  "RUNNING",
  "PENDING",
  "PAUSED",
  "CANCELLED",
];

/** Whether nothing of it goes on, or will by itself. */
export function isOver({ counts }: GroupMessage): boolean {
  const open = ["RUNNING", "PENDING", "PAUSED", "HOST_VERIFICATION_NEEDED"] as const;
  return open.every((status) => counts[status] === 0);
}

/** `3 of 12 complete, 1 failed, 2 running`. */
export function countWords({ counts, count }: GroupMessage): string {
  const rest = TOLD.filter((status) => counts[status] > 0).map(
    (status) => `${counts[status]} ${statusWord({ status, wish: null })}`,
  );
  return [`${counts.COMPLETE} of ${count} complete`, ...rest].join(", ");
}

export function groupPercent({ percent }: Pick<GroupMessage, "percent">): string {
  return percent === null ? "" : `${percent}%`;
}

/** Of unknown sizes it is more. */
export function groupSize({ bytes_total: total, unknown }: GroupMessage): string {
  if (total === 0 && unknown > 0) return "";
  return unknown > 0 ? `${formatBytes(total)}+` : formatBytes(total);
}

export function groupBar(group: GroupMessage): BarFacts {
  const isMoving = group.status === "RUNNING" && group.bytes_per_second > 0;
  return {
    name: cleanText(group.name),
    fraction: group.percent === null ? null : group.percent / 100,
    percent: group.percent,
    bytesDone: group.bytes_done,
    bytesTotal: group.unknown > 0 ? null : group.bytes_total,
    bytesPerSecond: group.bytes_per_second,
    etaSeconds: group.eta_seconds,
    connections: 0,
    note: isMoving ? null : statusWord({ status: group.status, wish: null }),
    color: statusColor(group.status),
  };
}
