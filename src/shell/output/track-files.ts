/**
 * The files of one run of a tool: how far each is and what they add up to. The percent of a file never goes back and never
 * passes 100, whatever the tool prints; where a file begins anew, `restart` says so.
 */
import type { Whole } from "../../job/output-contract.ts";

export interface TrackedFile {
  name: string | null;
  /** As printed, with its folder. */
  path: string | null;
  percent: number | null;
  bytesDone: number | null;
  bytesTotal: number | null;
  bytesPerSecond: number | null;
  etaSeconds: number | null;
  finished: boolean;
}

/** What a line tells of a file; what it does not tell is left out. */
export interface Report {
  percent?: number | null;
  bytesDone?: number | null;
  bytesTotal?: number | null;
  bytesPerSecond?: number | null;
  etaSeconds?: number | null;
}

export interface Tally {
  /** Files under way by the key their tool gives them, oldest first. */
  readonly active: Map<string, TrackedFile>;
  /** All files at once, for tools that fetch several side by side. */
  readonly group: TrackedFile;
  /** The tool itself says how many bytes all files have: `group` holds that, and nothing is summed up. */
  groupIsTold: boolean;
  /** How many files there are, if the tool said so. */
  announced: number;
  finishedFiles: number;
  /** Files that are whole, while it is not known yet which of the active ones they are, if any. */
  endedFiles: number;
  /** Files that were given up. */
  failedFiles: number;
  finishedBytes: number;
  /** Something finished whose size never was told. */
  finishedUnsized: boolean;
}

/** More files than any tool fetches side by side; beyond it the oldest are added up and forgotten. */
const MAX_ACTIVE_FILES = 256;

/** Longest name or path, in characters: that of PATH_MAX (4096 bytes on Linux). A longer one is no path. */
const MAX_NAME_LENGTH = 4096;

export function newFile(name: string | null = null, path: string | null = null): TrackedFile {
  return {
    name: name === null ? null : name.slice(0, MAX_NAME_LENGTH),
    path: path === null ? null : path.slice(0, MAX_NAME_LENGTH),
    percent: null,
    bytesDone: null,
    bytesTotal: null,
    bytesPerSecond: null,
    etaSeconds: null,
    finished: false,
  };
}

export function newTally(): Tally {
  return {
    active: new Map(),
    group: newFile(),
    groupIsTold: false,
    announced: 0,
    finishedFiles: 0,
    endedFiles: 0,
    failedFiles: 0,
    finishedBytes: 0,
    finishedUnsized: false,
  };
}

/** The file of a path: its name is the last part. */
export function fileOfPath(path: string): TrackedFile {
  return newFile(baseName(path), path);
}

export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed.slice(trimmed.lastIndexOf("/") + 1) || path;
}

/** The name at the end of an address; null if there is none. */
export function nameOfUrl(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  const last = parsed.pathname.slice(parsed.pathname.lastIndexOf("/") + 1);
  if (last === "") return null;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

export function startFile(tally: Tally, key: string, file: TrackedFile): TrackedFile {
  tally.active.delete(key);
  if (tally.active.size >= MAX_ACTIVE_FILES) {
    const oldest = tally.active.keys().next().value;
    if (oldest !== undefined) finishFile(tally, oldest);
  }
  tally.active.set(key, file);
  return file;
}

/** The file is whole: all its bytes are there. */
export function finishFile(tally: Tally, key: string): void {
  const file = tally.active.get(key);
  if (file === undefined) return;
  tally.active.delete(key);
  file.finished = true;
  file.percent = 100;
  file.bytesDone = file.bytesTotal ?? file.bytesDone;
  file.bytesTotal = file.bytesDone;
  file.bytesPerSecond = null;
  file.etaSeconds = 0;
  tally.finishedFiles += 1;
  if (file.bytesDone === null) tally.finishedUnsized = true;
  else tally.finishedBytes += file.bytesDone;
}

/** The tool has given the file up. */
export function dropFile(tally: Tally, key: string): void {
  if (tally.active.delete(key)) tally.failedFiles += 1;
}

/** The bytes of a file come from the beginning again. */
export function restart(file: TrackedFile): void {
  file.percent = null;
  file.bytesDone = null;
  file.bytesPerSecond = null;
  file.etaSeconds = null;
  file.finished = false;
}

export type Advance = "moved" | "same" | "restarted";

/**
 * Takes a report in. `restarted`: the total turned out larger than it was said to be, and the percent with it went back.
 */
export function advance(file: TrackedFile, report: Report): Advance {
  const told = report.bytesTotal ?? file.bytesTotal;
  // What is here already is part of it.
  const total = told === null ? null : Math.max(told, file.bytesDone ?? 0);
  const done = highest(file.bytesDone, atMost(report.bytesDone ?? null, total));
  const percent = wholePercent(report.percent ?? percentOf(done, total), done, total);
  const grew = file.bytesTotal !== null && total !== null && total > file.bytesTotal;
  const restarted = grew && percent !== null && file.percent !== null && percent < file.percent;
  const kept = restarted ? percent : highest(file.percent, percent);
  const speed = report.bytesPerSecond ?? null;
  const eta = report.etaSeconds ?? etaOf(done, total, speed);
  return (
    settle(file, kept, done, total, speed, eta === null ? null : Math.round(eta)) ??
    (restarted ? "restarted" : "moved")
  );
}

function wholePercent(told: number | null, done: number | null, total: number | null): number | null {
  if (told === null) return null;
  // Tools round up to 100 what is not all there yet.
  const most = done !== null && total !== null && done < total ? 99 : 100;
  return Math.max(0, Math.min(most, Math.floor(told)));
}

/** Called for every frame: no object is made for what is only compared. */
function settle(
  file: TrackedFile,
  percent: number | null,
  bytesDone: number | null,
  bytesTotal: number | null,
  bytesPerSecond: number | null,
  etaSeconds: number | null,
): "same" | null {
  const same =
    percent === file.percent &&
    bytesDone === file.bytesDone &&
    bytesTotal === file.bytesTotal &&
    bytesPerSecond === file.bytesPerSecond &&
    etaSeconds === file.etaSeconds;
  if (same) return "same";
  file.percent = percent;
  file.bytesDone = bytesDone;
  file.bytesTotal = bytesTotal;
  file.bytesPerSecond = bytesPerSecond;
  file.etaSeconds = etaSeconds;
  return null;
}

/** What the files under way and the finished ones come to, as a report for the group. */
export function sumUp(tally: Tally): Report {
  const whole = wholeOf(tally);
  let bytesPerSecond: number | null = null;
  let shares = 0;
  let greatest = 0;
  let totals = tally.finishedBytes;
  // A file that ended before its size was shown was a small one.
  let allSized = whole.files <= whole.files_done + tally.failedFiles + tally.active.size;
  for (const file of tally.active.values()) {
    if (file.bytesPerSecond !== null) bytesPerSecond = (bytesPerSecond ?? 0) + file.bytesPerSecond;
    shares += (file.percent ?? 0) / 100;
    greatest = Math.max(greatest, (file.percent ?? 0) / 100);
    if (file.bytesTotal === null) allSized = false;
    else totals += file.bytesTotal;
  }
  // Where a size is missing every file counts the same: it is all that is known. Files that ended may be active ones.
  const twice = Math.max(0, whole.files_done + tally.failedFiles + tally.active.size - whole.files);
  const share = whole.files_done + Math.max(0, shares - twice * greatest);
  const percent =
    allSized && totals > 0 ? (100 * (whole.bytes_done ?? 0)) / totals : (100 * share) / whole.files;
  return {
    percent: whole.files === 0 ? null : percent,
    bytesDone: whole.bytes_done,
    bytesTotal: allSized && totals > 0 ? totals : null,
    bytesPerSecond,
  };
}

export function wholeOf(tally: Tally): Whole {
  const files_done = tally.finishedFiles + tally.endedFiles;
  const seen = tally.finishedFiles + tally.failedFiles + tally.active.size;
  const files = Math.max(tally.announced, seen, files_done);
  if (tally.groupIsTold) {
    const { bytesDone, bytesTotal } = tally.group;
    return { files_done, files, bytes_done: bytesDone, bytes_total: bytesTotal };
  }
  let done: number | null = tally.finishedBytes;
  let total: number | null = tally.finishedUnsized || tally.endedFiles > 0 ? null : tally.finishedBytes;
  let told = tally.finishedFiles > 0 && tally.finishedBytes > 0;
  for (const file of tally.active.values()) {
    if (file.bytesDone !== null) {
      done += file.bytesDone;
      told = true;
    }
    if (file.bytesTotal === null) total = null;
    else if (total !== null) total += file.bytesTotal;
  }
  if (!told) done = null;
  // Files that were announced and not begun have a size, too; and nothing is not the size of anything.
  return { files_done, files, bytes_done: done, bytes_total: total === 0 ? null : total };
}

function percentOf(done: number | null, total: number | null): number | null {
  return done === null || total === null || total === 0 ? null : (100 * done) / total;
}

function etaOf(done: number | null, total: number | null, speed: number | null): number | null {
  if (done === null || total === null) return null;
  if (done === total) return 0;
  return speed === null || speed <= 0 ? null : Math.round((total - done) / speed);
}

function atMost(value: number | null, limit: number | null): number | null {
  return value === null || limit === null ? value : Math.min(value, limit);
}

function highest(before: number | null, now: number | null): number | null {
  if (before === null) return now;
  return now === null ? before : Math.max(before, now);
}
