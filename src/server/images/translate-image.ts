/** Rows as messages. Pure. */
import { percentOf, etaSeconds } from "../../job/progress.ts";
import type { Job } from "../../job/job.ts";
import type { FileChecksum, ImageEntry, ImageFile, ImageOs } from "../../job/image-contract.ts";
import { redactText, redactUrl } from "../../job/redact.ts";
import type { ImageJobMessage, ImageMessage, ImagePhase } from "../../wire/images.ts";
import { phaseOf } from "./image-rows.ts";
import type { ImageRow } from "./image-rows.ts";

/** Of ten thousand entries nearly all are not here, and look the same each time somebody asks. */
const resting = new WeakMap<ImageEntry, ImageMessage>();

export function toImageMessage(row: ImageRow): ImageMessage {
  const { entry, phase, job, id } = row;
  if (entry === null || entry.id !== id || phase !== "NOT_DOWNLOADED" || job !== null) return translate(row);
  const message = resting.get(entry) ?? translate(row);
  resting.set(entry, message);
  return message;
}

function translate(row: ImageRow): ImageMessage {
  const { id, entry, file, job, build, update } = row;
  const url = urlOf(row);
  return {
    id,
    name: nameOf(row),
    description: entry?.description ?? "",
    catalog_id: entry?.id ?? null,
    os: entry === null ? null : toOs(entry.os),
    arch: entry?.os.architecture ?? null,
    url: url === null ? null : redactUrl(url),
    format: formatOf(row),
    size_bytes: file?.size ?? sizeToCome(row),
    build,
    update: update === null ? null : { build: update.build, url: redactUrl(update.url) },
    job_id: job?.id ?? null,
    status: toStatus(row),
  };
}

function nameOf({ id, entry, file, job }: ImageRow): string {
  return entry?.name ?? job?.name ?? file?.filepath ?? id;
}

function toOs({ defaultUser, ...os }: ImageOs): NonNullable<ImageMessage["os"]> {
  return { ...os, default_user: defaultUser };
}

/** Bytes, as far as somebody has told how many there will be. */
function sizeToCome({ entry, job }: ImageRow): number | null {
  return job?.progress.bytesTotal ?? entry?.sizeBytes ?? null;
}

function urlOf({ entry, job }: ImageRow): string | null {
  const step = job?.steps[0];
  return step?.kind === "transfer" ? step.url : (entry?.url ?? null);
}

/** The header knows best; a packed image is what is packed in it. */
function formatOf({ entry, file, job }: ImageRow): string {
  const type = file?.type ?? "unknown";
  if (type !== "unknown" && type !== "compressed") return type;
  const ending = /\.(qcow2|raw|img|vmdk|vhdx?|iso|ova)(?:\.[a-z0-9]+)?$/i.exec(
    file?.filepath ?? job?.name ?? "",
  );
  return entry?.format ?? ending?.[1]?.toLowerCase() ?? "unknown";
}

function toStatus(row: ImageRow): ImageMessage["status"] {
  const { file, job, phase } = row;
  // A file that is to be replaced is not the image that is on its way.
  const here = job === null || job.state.kind === "complete" ? file : null;
  return {
    phase,
    ...(here === null ? toProgress(row) : toRest(here, phase)),
    ...toChecksum(row, here),
    error_message: errorOf(row, here),
    path: here?.path ?? job?.destination ?? null,
  };
}

type ProgressFields = Pick<
  ImageMessage["status"],
  | "progress_percent"
  | "size_bytes"
  | "virtual_size_bytes"
  | "bytes_downloaded"
  | "bytes_per_second"
  | "eta_seconds"
>;

/** Nothing moves: the file is there. */
function toRest({ size, virtualSize }: ImageFile, phase: ImagePhase): ProgressFields {
  return {
    progress_percent: phase === "READY" ? 100 : 0,
    size_bytes: size,
    virtual_size_bytes: virtualSize,
    bytes_downloaded: size,
    bytes_per_second: 0,
    eta_seconds: null,
  };
}

function toProgress(row: ImageRow): ProgressFields {
  const { job } = row;
  const moving = job?.state.kind === "running" ? job.progress : null;
  return {
    progress_percent: job === null ? 0 : percentOf(job.progress, false),
    size_bytes: sizeToCome(row),
    virtual_size_bytes: null,
    bytes_downloaded: job?.progress.bytesDone ?? 0,
    bytes_per_second: Math.round(moving?.bytesPerSecond ?? 0),
    eta_seconds: moving === null ? null : roundOrNull(etaSeconds(moving)),
  };
}

type ChecksumFields = Pick<
  ImageMessage["status"],
  "checksum" | "checksum_type" | "checksum_state" | "checksum_note"
>;

function toChecksum(row: ImageRow, here: ImageRow["file"]): ChecksumFields {
  const { entry, job } = row;
  const step = job?.steps[0];
  const wanted =
    here?.note?.checksum ?? (step?.kind === "transfer" ? step.checksum : null) ?? entry?.checksum ?? null;
  if (here === null) return { ...digits(wanted), checksum_state: null, checksum_note: wantedOrigin(wanted) };
  const state = job?.checksumState ?? null;
  // It has just come, and is not noted yet.
  if (here.note === null && state?.kind === "verified")
    return { ...digits(state), checksum_state: "verified", checksum_note: state.origin };
  const own = here.hashes.sha256;
  // Of a stranger the hash is told, if it was read.
  const known = wanted ?? (own === undefined ? null : { algorithm: "sha256", hex: own });
  const { checksum } = here;
  return { ...digits(known), checksum_state: checksum.kind, checksum_note: noteOf(checksum) };
}

function digits(
  checksum: { algorithm: string; hex: string } | null,
): Pick<ChecksumFields, "checksum" | "checksum_type"> {
  return { checksum: checksum?.hex ?? null, checksum_type: checksum?.algorithm ?? null };
}

function wantedOrigin(wanted: object | null): string | null {
  return wanted !== null && "origin" in wanted && typeof wanted.origin === "string" ? wanted.origin : null;
}

function noteOf(checksum: FileChecksum): string {
  return checksum.kind === "verified" ? checksum.checksum.origin : checksum.reason;
}

function errorOf({ job, phase }: ImageRow, here: ImageRow["file"]): string | null {
  if (phase !== "ERROR") return null;
  if (here?.checksum.kind === "damaged") return here.checksum.reason;
  return job === null ? null : jobError(job);
}

function jobError({ state }: Job): string | null {
  if (state.kind === "cancelled") return "Cancelled by a person.";
  if (state.kind !== "failed") return null;
  const { message, advice } = state.failure;
  return `${redactText(message).replace(/\.$/, "")}. ${advice}`;
}

type ImageJob = Job & { source: { kind: "image"; imageId: string } };

export function isOfImage(job: Job): job is ImageJob {
  return job.source.kind === "image";
}

export function toImageJobMessage(job: ImageJob): ImageJobMessage {
  const { progress, state } = job;
  const phase = phaseOf(job);
  return {
    job_id: job.id,
    image_id: job.source.imageId,
    status: STATUS_OF[phase],
    progress_percent: percentOf(progress, state.kind === "complete"),
    bytes_downloaded: progress.bytesDone,
    bytes_total: progress.bytesTotal,
    error_message: jobError(job),
  };
}

const STATUS_OF: Readonly<Record<ImageMessage["status"]["phase"], ImageJobMessage["status"]>> = {
  NOT_DOWNLOADED: "PENDING",
  PENDING: "PENDING",
  DOWNLOADING: "DOWNLOADING",
  VERIFYING: "VERIFYING",
  READY: "COMPLETED",
  ERROR: "FAILED",
};

function roundOrNull(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds);
}
