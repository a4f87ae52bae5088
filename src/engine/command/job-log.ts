/**
 * What the commands of a job wrote, kept on the server: one file for each job, without secrets, bounded. Places in it
 * are counted from the beginning of the log, also when that was cut off.
 */
import { open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { makeFolders } from "../../disk/make-folders.ts";
import type { JobId } from "../../job/job.ts";
import type { LogPart } from "../engine-contract.ts";

/** Above this the beginning is cut off: tens of thousands of lines, more than anybody reads. Bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** What is kept then. */
const KEPT_BYTES = 1024 * 1024;
/** Longest answer to one question. Bytes. */
const MAX_PART_BYTES = 256 * 1024;

/** The first line of a file: where in the log it begins. Of one length, so that places are easily found. */
const HEADER = /^@haulyard log from (\d{15})\n/;
const HEADER_BYTES = headerOf(0).length;

const ENDING = ".log";

export class JobLogs {
  readonly #folder: string;
  readonly #writers = new Map<JobId, JobLog>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** To be written by one run at a time. */
  async open(id: JobId): Promise<JobLog> {
    await makeFolders(this.#folder, 0o700);
    const log = await JobLog.open(this.#path(id), () => {
      if (this.#writers.get(id) === log) this.#writers.delete(id);
    });
    this.#writers.set(id, log);
    return log;
  }

  /** @param offset below 0: so many bytes before the end */
  async read(id: JobId, offset: number): Promise<LogPart> {
    const line = this.#writers.get(id)?.openLine ?? null;
    const whole = await readFile(this.#path(id)).catch(ignoreAbsence);
    const first = whole === null ? null : firstOf(whole);
    if (whole === null || first === null) return { offset: 0, text: "", next: 0, open: line };
    const end = first + whole.length - HEADER_BYTES;
    const from = Math.min(Math.max(offset < 0 ? end + offset : offset, first), end);
    const rest = whole.subarray(HEADER_BYTES + from - first);
    const part = rest.length <= MAX_PART_BYTES ? rest : rest.subarray(0, lastLineEnd(rest, MAX_PART_BYTES));
    const next = from + part.length;
    return { offset: from, text: part.toString("utf8"), next, open: next === end ? line : null };
  }

  /** The jobs there are logs of. */
  async ids(): Promise<JobId[]> {
    const names = (await readdir(this.#folder).catch(ignoreAbsence)) ?? [];
    return names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
  }

  async remove(id: JobId): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  #path(id: JobId): string {
    return join(this.#folder, `${id}${ENDING}`);
  }
}

export class JobLog {
  readonly #path: string;
  readonly #onClose: () => void;
  #file: FileHandle;
  #first: number;
  #size: number;
  /** Shown to readers, not written yet. */
  openLine: string | null = null;

  private constructor(path: string, file: FileHandle, first: number, size: number, onClose: () => void) {
    this.#path = path;
    this.#file = file;
    this.#first = first;
    this.#size = size;
    this.#onClose = onClose;
  }

  static async open(path: string, onClose: () => void): Promise<JobLog> {
    const start = await readFile(path).catch(ignoreAbsence);
    const first = start === null ? null : firstOf(start);
    if (first === null) await writeFile(path, headerOf(0), { mode: 0o600 });
    const file = await open(path, "r+");
    const { size } = await file.stat();
    return new JobLog(path, file, first ?? 0, size, onClose);
  }

  /** Where the next line goes. */
  get end(): number {
    return this.#first + this.#size - HEADER_BYTES;
  }

  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text, "utf8");
    await this.#file.write(bytes, 0, bytes.length, this.#size);
    this.#size += bytes.length;
    if (this.#size > MAX_BYTES) await this.#cut();
  }

  /** Forgets what is behind a place: it comes again. */
  async rewind(end: number): Promise<void> {
    if (end >= this.end) return;
    this.#size = HEADER_BYTES + Math.max(0, end - this.#first);
    await this.#file.truncate(this.#size);
  }

  /** What lies between two places, as far as it is kept. */
  async between(from: number, to: number): Promise<Uint8Array> {
    const begin = Math.max(from, this.#first);
    const bytes = Buffer.alloc(Math.max(0, Math.min(to, this.end) - begin));
    await this.#file.read(bytes, 0, bytes.length, HEADER_BYTES + begin - this.#first);
    return bytes;
  }

  async close(): Promise<void> {
    this.#onClose();
    await this.#file.close();
  }

  async #cut(): Promise<void> {
    const kept = Buffer.alloc(KEPT_BYTES);
    await this.#file.read(kept, 0, KEPT_BYTES, this.#size - KEPT_BYTES);
    const whole = kept.subarray(kept.indexOf("\n") + 1);
    this.#first = this.end - whole.length;
    const aside = `${this.#path}.new`;
    await writeFile(aside, Buffer.concat([Buffer.from(headerOf(this.#first)), whole]), { mode: 0o600 });
    await rename(aside, this.#path);
    await this.#file.close();
    this.#file = await open(this.#path, "r+");
    this.#size = HEADER_BYTES + whole.length;
  }
}

function headerOf(first: number): string {
  return `@haulyard log from ${String(first).padStart(15, "0")}\n`;
}

function firstOf(file: Buffer): number | null {
  const digits = HEADER.exec(file.subarray(0, 64).toString("latin1"))?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The end of the last whole line within the limit; of a line that is longer, what fits. */
function lastLineEnd(bytes: Buffer, limit: number): number {
  const end = bytes.subarray(0, limit).lastIndexOf("\n") + 1;
  return end === 0 ? limit : end;
}

function ignoreAbsence(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
