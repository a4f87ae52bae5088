/** What the stand-in for Hugging Face answers with, to the letter. */
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";

export interface HubFileSpec {
  size: number;
  /** Other seed, other bytes. */
  seed?: number;
  /** In large storage, behind a redirect; small files are answered by the hub itself. */
  lfs?: boolean;
}

export function entryOf(
  path: string,
  { size, lfs = true }: HubFileSpec,
  { hash, text }: { hash: () => string; text: () => Buffer },
): object {
  if (!lfs) return { type: "file", oid: gitHash(text()), size, path };
  // Of the pointer that git has in its place.
  const oid = createHash("sha1").update(path).digest("hex");
  const sha256 = hash();
  return { type: "file", oid, size, lfs: { oid: sha256, size, pointerSize: 134 }, xetHash: sha256, path };
}

export function foldersOf(paths: readonly string[]): object[] {
  const folders = new Set(
    paths.filter((path) => path.includes("/")).map((path) => path.slice(0, path.lastIndexOf("/"))),
  );
  return [...folders].map((path) => ({
    type: "directory",
    oid: createHash("sha1").update(path).digest("hex"),
    size: 0,
    path,
  }));
}

export function gitHash(bytes: Buffer): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { "Content-Type": "application/json; charset=utf-8", ...headers })
    .end(JSON.stringify(body));
}

export function sendSmall(
  response: ServerResponse,
  body: Buffer,
  range: string | undefined,
  headers: Record<string, string>,
): void {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined) {
    response.writeHead(200, { ...headers, "Content-Length": String(body.length) }).end(body);
    return;
  }
  const end = to === undefined || to === "" ? body.length : Math.min(body.length, Number(to) + 1);
  const part = body.subarray(Number(from), end);
  const where = `bytes ${from}-${end - 1}/${body.length}`;
  response
    .writeHead(206, { ...headers, "Content-Range": where, "Content-Length": String(part.length) })
    .end(part);
}

export function refuse(response: ServerResponse, status: number, code: string | null, message: string): void {
  const headers = { "X-Error-Message": message, ...(code === null ? {} : { "X-Error-Code": code }) };
  send(response, status, { error: message }, headers);
}
