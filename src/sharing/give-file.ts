/** Answers a request of another machine for a file of this one. */
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../job/clock.ts";
import { stampOf } from "../job/file-stamp.ts";
import type { SharedFile, SharingStore } from "../job/sharing/sharing-contract.ts";
import { readRange } from "./read-range.ts";
import { isSigned } from "./sign-request.ts";

/** One read of the disk: few enough for spinning disks, in memory once for each answer. Bytes. */
const READ_BYTES = 1024 * 1024;
/** Answers under way; more are asked to come again. Each holds a file and a few reads of memory. */
const MOST_ANSWERS = 128;
const COME_AGAIN_SECONDS = 2;

/** By the ids of job and step, never by a path. */
const PATH = /^\/shared\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(0|[1-9]\d{0,3})$/;

export interface GiveParts {
  sharing: Pick<SharingStore, "find" | "secret">;
  clock: Clock;
  node: string;
}

export class FileGiver {
  readonly #parts: GiveParts;
  #answers = 0;

  constructor(parts: GiveParts) {
    this.#parts = parts;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuse(response, 405, { allow: "GET, HEAD" });
    const [, job, step = ""] = PATH.exec(request.url ?? "") ?? [];
    if (job === undefined) return refuse(response, 404);
    const { sharing, clock, node } = this.#parts;
    const asked = { job, step: Number(step), secret: await sharing.secret(), now: clock.now() };
    if (!isSigned(request.headers.authorization, asked))
      return refuse(response, 401, { "www-authenticate": "Haulyard" });
    if (this.#answers >= MOST_ANSWERS)
      return refuse(response, 503, { "retry-after": String(COME_AGAIN_SECONDS) });
    this.#answers += 1;
    try {
      // Jobs that share a file have one step.
      const found = asked.step === 0 ? await sharing.find(job, node) : null;
      const opened = found === null ? null : await openShared(found.path, found.file);
      if (opened === null || found === null) return refuse(response, 404);
      try {
        await send(request, response, opened, found.file);
      } finally {
        await opened.close();
      }
    } finally {
      this.#answers -= 1;
    }
  }
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-length": "0", "cache-control": "no-store", ...headers }).end();
}

/** Null: there is no such file any more, a link is in its place, or it was written to since its hash was known. */
async function openShared(path: string, { stamp }: SharedFile): Promise<FileHandle | null> {
  // Not blocked by a pipe that somebody put there.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  const facts = await file.stat({ bigint: true });
  const { inode, size, mtimeNs } = stampOf(facts);
  const isSame = inode === stamp.inode && size === stamp.size && mtimeNs === stamp.mtimeNs;
  if (facts.isFile() && isSame) return file;
  await file.close();
  return null;
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: FileHandle,
  { sha256, stamp: { size } }: SharedFile,
): Promise<void> {
  const etag = `"sha256-${sha256}"`;
  const { range } = request.headers;
  const ifRange = request.headersDistinct["if-range"]?.[0];
  const wanted = readRange({ range, ifRange }, { size, etag });
  const same = {
    "accept-ranges": "bytes",
    "cache-control": "no-store",
    "content-type": "application/octet-stream",
    etag,
    "x-content-type-options": "nosniff",
  };
  if (wanted.kind === "none") return refuse(response, 416, { ...same, "content-range": `bytes */${size}` });
  const [start, end] = wanted.kind === "part" ? [wanted.start, wanted.end] : [0, size];
  response.writeHead(wanted.kind === "part" ? 206 : 200, {
    ...same,
    "content-length": String(end - start),
    ...(wanted.kind === "part" ? { "content-range": `bytes ${start}-${end - 1}/${size}` } : {}),
  });
  if (request.method === "HEAD" || start === end) {
    response.end();
    return;
  }
  const body = file.createReadStream({
    start,
    end: end - 1,
    highWaterMark: READ_BYTES,
    autoClose: false,
  });
  // Whoever asked may go at any time; a disk that fails cuts the answer short, and that is seen by its length.
  await pipeline(body, response).catch(() => void response.destroy());
}
