/** A job as `aria2.tellStatus` tells of a download. All numbers are strings. */
import type { FileMap } from "../../../job/file-map.ts";
import type { Job } from "../../../job/job.ts";
import { bitfieldOf, pieceCountOf, pieceLengthOf } from "./bitfield.ts";
import { gidOf } from "./gid.ts";
import { filesOf, folderOf } from "./job-files.ts";
import type { FileMessage } from "./job-files.ts";
import { errorOf, STATUS_WORDS } from "./status-words.ts";

export type StatusMessage = Readonly<Record<string, string | FileMessage[]>>;

type Fields = Readonly<Record<string, (job: Job) => string | FileMessage[] | null>>;

/** Made only if they are asked for: pages ask every second, for a thousand downloads and few fields. */
const FIELDS: Fields = {
  gid: ({ id }) => gidOf(id),
  status: ({ state }) => STATUS_WORDS[state.kind],
  totalLength: (job) => String(sizeOf(job)),
  completedLength: (job) => String(job.progress.bytesDone),
  uploadLength: () => "0",
  downloadSpeed: ({ state, progress }) =>
    String(state.kind === "running" ? Math.round(progress.bytesPerSecond) : 0),
  uploadSpeed: () => "0",
  connections: ({ state, progress }) => String(state.kind === "running" ? progress.connections : 0),
  pieceLength: (job) => String(pieceLengthOf(sizeOf(job))),
  numPieces: (job) => String(pieceCountOf(sizeOf(job))),
  dir: folderOf,
  files: filesOf,
  errorCode: ({ state }) => errorOf(state)?.errorCode ?? null,
  errorMessage: ({ state }) => errorOf(state)?.errorMessage ?? null,
  verifiedLength: ({ progress }) => (progress.bytesVerified === null ? null : String(progress.bytesVerified)),
};

/** @param keys the fields that are wanted; null: all */
export async function toStatusMessage(
  job: Job,
  keys: ReadonlySet<string> | null,
  readMap: (job: Job) => Promise<FileMap | null>,
): Promise<StatusMessage> {
  const message: Record<string, string | FileMessage[]> = {};
  for (const [name, tell] of Object.entries(FIELDS)) {
    if (keys !== null && !keys.has(name)) continue;
    const value = tell(job);
    if (value !== null) message[name] = value;
  }
  const size = sizeOf(job);
  if (size > 0 && (keys === null || keys.has("bitfield"))) {
    const map = await readMap(job);
    if (map !== null) message["bitfield"] = bitfieldOf(map, size);
  }
  return message;
}

function sizeOf({ progress }: Job): number {
  return progress.bytesTotal ?? 0;
}
