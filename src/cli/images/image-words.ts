/** Images in words. Pure. */
import type { ImageMessage } from "../../wire/images.ts";

/** Something of it is on the disk, or was to be. */
export function isHere({ status }: ImageMessage): boolean {
  return status.phase !== "NOT_DOWNLOADED";
}

export function stateWord({ status: { phase, progress_percent: percent } }: ImageMessage): string {
  switch (phase) {
    case "NOT_DOWNLOADED":
      return "";
    case "PENDING":
      return "waiting";
    case "DOWNLOADING":
      return percent === null ? "downloading" : `${percent}%`;
    case "VERIFYING":
      return "verifying";
    case "READY":
      return "here";
    case "ERROR":
      return "failed";
    default:
      throw phase satisfies never;
  }
}

/** What is worth a word besides: what went wrong, what is newer, which build it is, whether its bytes were checked. */
export function imageNote({ status, update, build, description }: ImageMessage): string {
  if (status.phase === "ERROR") return status.error_message ?? "";
  if (status.phase === "NOT_DOWNLOADED") return description;
  const newer =
    update === null ? "" : update.build === null ? "a newer one is published" : `newer: ${update.build}`;
  const state = status.phase === "READY" ? (status.checksum_state ?? "") : "";
  return [build === null ? "" : `build ${build}`, state, newer].filter((word) => word !== "").join(", ");
}
