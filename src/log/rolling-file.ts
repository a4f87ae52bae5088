import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeFoldersNow } from "../disk/make-folders.ts";

/** A file this long is put aside: together with the older ones a log never takes more than 40 MB. */
const MAX_BYTES = 10_000_000;
/** Older files kept, as `NAME.1` (newest) to `NAME.3`. */
const KEPT = 3;

/**
 * A log file that stays small. What is written is on the way to the disk when `write` returns, so that
 * the last words of a process that is killed are there.
 *
 * A log that cannot be written must not stop a download: then the line is lost.
 */
export class RollingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #fd: number | null = null;
  #bytes = 0;

  constructor(path: string, maxBytes = MAX_BYTES) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  write(line: string): void {
    try {
      const bytes = Buffer.from(line);
      if (this.#fd !== null && this.#bytes + bytes.length > this.#maxBytes) this.#roll();
      this.#fd ??= this.#open();
      writeSync(this.#fd, bytes);
      this.#bytes += bytes.length;
    } catch {
      this.close();
    }
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) closeSync(fd);
  }

  #open(): number {
    makeFoldersNow(dirname(this.#path), 0o700);
    const fd = openSync(this.#path, "a", 0o600);
    this.#bytes = fstatSync(fd).size;
    return fd;
  }

  #roll(): void {
    this.close();
    for (let number = KEPT; number > 1; number -= 1) {
      renameIfThere(`${this.#path}.${number - 1}`, `${this.#path}.${number}`);
    }
    renameIfThere(this.#path, `${this.#path}.1`);
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
