/** Catalogue, files and jobs, joined: every image there is or could be, once. Pure. */
import { compareBuilds } from "../../job/compare-builds.ts";
import type { ImageCatalogue, ImageEntry, ImageFile, ImageUpdate } from "../../job/image-contract.ts";
import { isEnded } from "../../job/job-state.ts";
import type { Job } from "../../job/job.ts";
import type { ImagePhase } from "../../wire/images.ts";

export interface ImageRow {
  /** Of the catalogue; else the file's path below the folder. */
  id: string;
  entry: ImageEntry | null;
  file: ImageFile | null;
  /** The one that fetches it, or did. */
  job: Job | null;
  phase: ImagePhase;
  /** Which build the file is, or will be. */
  build: string | null;
  update: ImageUpdate | null;
}

export interface RowParts {
  catalogue: Pick<ImageCatalogue, "entries" | "byId">;
  files: readonly ImageFile[];
  /** Of images on this machine. */
  jobs: readonly Job[];
  updateOf(imageId: string): ImageUpdate | null;
}

/**
 * An entry stands for its newest build: the one that is being fetched, else the one that lies here. Other builds, imports
 * and what people have put into the folder have rows of their own.
 */
export function joinRows({ catalogue, files, jobs, updateOf }: RowParts): ImageRow[] {
  const newest = newestJobs(jobs);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const builds = groupBuilds(files, newest);
  const shown = new Set<ImageFile>();
  const rows: ImageRow[] = [];
  const add = (id: string, entry: ImageEntry | null): void => {
    const row = rowOf(id, entry, newest.get(id) ?? null, builds.get(id) ?? [], byPath);
    if (row.file !== null) shown.add(row.file);
    rows.push({ ...row, update: row.phase === "READY" ? updateOf(id) : null });
  };
  for (const entry of catalogue.entries) add(entry.id, entry);
  for (const [imageId, job] of newest) {
    // A file that has come is a file like others.
    if (catalogue.byId(imageId) === null && job.state.kind !== "complete") add(imageId, null);
  }
  const taken = new Set(rows.map(({ id }) => id));
  for (const file of files) {
    if (shown.has(file)) continue;
    const id = taken.has(file.filepath) ? `file:${file.filepath}` : file.filepath;
    rows.push({ ...fileRow(id, entryOf(file, catalogue), file), job: jobAt(file, newest), update: null });
  }
  return rows;
}

type Row = Omit<ImageRow, "update">;

function rowOf(
  id: string,
  entry: ImageEntry | null,
  job: Job | null,
  builds: readonly ImageFile[],
  byPath: ReadonlyMap<string, ImageFile>,
): Row {
  if (job !== null && job.state.kind !== "complete") {
    const file = job.destination === null ? null : (byPath.get(job.destination) ?? null);
    return { id, entry, file, job, phase: phaseOf(job), build: buildOf(job) };
  }
  const [file] = builds;
  if (file !== undefined) {
    const row = fileRow(id, entry, file);
    // What has just come is not noted yet: its job knows which build it is.
    const brought = job?.destination === file.path ? buildOf(job) : null;
    return { ...row, build: row.build ?? brought, job };
  }
  // Of a file that is gone again, nothing is left to be told.
  return { id, entry, file: null, job: null, phase: "NOT_DOWNLOADED", build: null };
}

function fileRow(id: string, entry: ImageEntry | null, file: ImageFile): Row {
  const phase = file.checksum.kind === "damaged" ? "ERROR" : "READY";
  return { id, entry, file, job: null, phase, build: file.note?.build ?? null };
}

function entryOf({ note }: ImageFile, { byId }: RowParts["catalogue"]): ImageEntry | null {
  return note === null ? null : byId(note.imageId);
}

function jobAt({ path }: ImageFile, newest: ReadonlyMap<string, Job>): Job | null {
  for (const job of newest.values()) if (job.destination === path) return job;
  return null;
}

/** Of each image the job that has not ended, else the youngest. */
function newestJobs(jobs: readonly Job[]): Map<string, Job> {
  const newest = new Map<string, Job>();
  for (const job of jobs) {
    if (job.source.kind !== "image") continue;
    const known = newest.get(job.source.imageId);
    if (known === undefined || counts(job, known)) newest.set(job.source.imageId, job);
  }
  return newest;
}

function counts(job: Job, known: Job): boolean {
  if (isEnded(job.state) !== isEnded(known.state)) return !isEnded(job.state);
  return job.sequence > known.sequence;
}

/** Builds of an image, the newest first. What a job has just brought is one before it is noted. */
function groupBuilds(
  files: readonly ImageFile[],
  newest: ReadonlyMap<string, Job>,
): Map<string, ImageFile[]> {
  const groups = new Map<string, ImageFile[]>();
  const brought = new Map<string, Job>();
  for (const job of newest.values()) {
    if (job.state.kind === "complete" && job.destination !== null) brought.set(job.destination, job);
  }
  for (const file of files) {
    const job = brought.get(file.path);
    const imageId = file.note?.imageId ?? (job?.source.kind === "image" ? job.source.imageId : null);
    if (imageId !== null) groups.set(imageId, [...(groups.get(imageId) ?? []), file]);
  }
  for (const group of groups.values()) group.sort((one, other) => compareFiles(other, one));
  return groups;
}

function compareFiles(one: ImageFile, other: ImageFile): number {
  const [build, otherBuild] = [one.note?.build ?? null, other.note?.build ?? null];
  if (build !== null && otherBuild !== null && build !== otherBuild) return compareBuilds(build, otherBuild);
  return one.modifiedAt - other.modifiedAt;
}

function buildOf({ source }: Job): string | null {
  return source.kind === "image" ? (source.build ?? null) : null;
}

/** CONTRACT §4, the column of old system A, and VERIFYING for who wants to know. */
export function phaseOf({ state, progress }: Job): ImagePhase {
  switch (state.kind) {
    case "pending":
    case "paused":
    case "blocked":
      return "PENDING";
    case "running":
      return progress.stage === "verifying" || progress.stage === "placing" ? "VERIFYING" : "DOWNLOADING";
    case "complete":
      return "READY";
    case "failed":
    case "cancelled":
      return "ERROR";
    default:
      throw state satisfies never;
  }
}
