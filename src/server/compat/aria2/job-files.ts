/** The files of a job as aria2 lists those of a download, and the addresses they come from. */
import { join } from "node:path";
import { isEnded } from "../../../job/job-state.ts";
import type { ExpectedFile, Job, TransferStep } from "../../../job/job.ts";
import { addressesOf } from "../../../job/mirrors.ts";
import { redactUrl } from "../../../job/redact.ts";

export interface UriMessage {
  uri: string;
  status: "used" | "waiting";
}

export interface FileMessage {
  index: string;
  path: string;
  length: string;
  completedLength: string;
  selected: "true";
  uris: UriMessage[];
}

/** The step that a download of one file is, or null for a job of commands. */
export function transferOf({ steps }: Pick<Job, "steps">): TransferStep | null {
  const [step] = steps;
  return step?.kind === "transfer" ? step : null;
}

/** Folder the files go to; empty where only a command knows. */
export function folderOf(job: Job): string {
  const transfer = transferOf(job);
  if (transfer !== null) return transfer.folder;
  return expectedFiles(job)[0]?.folder ?? "";
}

export function filesOf(job: Job): FileMessage[] {
  const transfer = transferOf(job);
  const uris = urisOf(job);
  if (transfer !== null) return [toFile(job, 1, job.destination ?? "", job.progress.bytesTotal, uris)];
  const expected = expectedFiles(job);
  // As aria2 writes it of a download whose files nobody knows yet: `[METADATA]name`.
  if (expected.length === 0) return [toFile(job, 1, `[COMMAND]${job.name}`, job.progress.bytesTotal, uris)];
  const [only, other] = expected;
  if (only !== undefined && other === undefined)
    return [toFile(job, 1, pathOf(only), job.progress.bytesTotal, uris)];
  return expected.map((file, index) => {
    const addresses = file.urls.map((url) => toUri(job, url, true));
    const message = toFile(job, index + 1, pathOf(file), file.size, addresses);
    // Which of them the bytes so far are of is not known.
    return job.state.kind === "complete" ? message : { ...message, completedLength: "0" };
  });
}

/** Without their secrets: who adds a download again from this has to know them. */
export function urisOf(job: Job): UriMessage[] {
  const transfer = transferOf(job);
  const urls =
    transfer === null ? expectedFiles(job).flatMap((file) => file.urls.slice(0, 1)) : addressesOf(transfer);
  return urls.map((url, index) => toUri(job, url, index === 0));
}

function toUri(job: Job, url: string, isFirst: boolean): UriMessage {
  const isUsed = isFirst && (job.startedAt !== null || isEnded(job.state));
  return { uri: redactUrl(url), status: isUsed ? "used" : "waiting" };
}

function toFile(
  job: Job,
  index: number,
  path: string,
  bytes: number | null,
  uris: UriMessage[],
): FileMessage {
  return {
    index: String(index),
    path,
    length: String(bytes ?? 0),
    completedLength: String(job.state.kind === "complete" ? (bytes ?? 0) : job.progress.bytesDone),
    selected: "true",
    uris,
  };
}

function expectedFiles({ steps }: Job): ExpectedFile[] {
  return steps.flatMap((step) => (step.kind === "command" ? step.expects : []));
}

function pathOf({ folder, name }: ExpectedFile): string {
  return name === null ? folder : join(folder, name);
}
