/**
 * A real HTTP origin that misbehaves as it is told.
 *
 * In a test:        `await using origin = await startOrigin({ "/a.gguf": { size: 5e6, cutAfter: 1e6, cut: "rst" } })`
 * As a process:     `tools/n test/world/origin.ts --port 0 --files '{"/a.gguf": {"size": 5000000}}'`
 *                   prints `{"url": "http://127.0.0.1:…"}`; steered over HTTP through `/_origin/…`.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { bytesOf, hashOf, headFor } from "./file-bytes.ts";
import type { Content } from "./file-bytes.ts";
import { answerRequest } from "./answer-request.ts";
import type { Answer, FileSpec, Rule, SeenRequest } from "./origin-script.ts";

export type { Answer, FileSpec, Rule, SeenRequest } from "./origin-script.ts";

export interface OriginOptions {
  port?: number;
  host?: string;
  /** PEM; makes it an https origin. */
  tls?: { key: string; cert: string };
  /** More connections than this are reset as soon as they are open. */
  mostConnections?: number;
}

interface Shelf {
  spec: FileSpec;
  putAt: number;
  answered: number;
  /** Requests under way. */
  busy: number;
  /** How often each query came. */
  queries: Map<string, number>;
  /** How often each rule fitted. */
  fitted: Map<Rule, number>;
}

function newShelf(spec: FileSpec): Shelf {
  return { spec, putAt: Date.now(), answered: 0, busy: 0, queries: new Map(), fitted: new Map() };
}

export class Origin implements AsyncDisposable {
  readonly url: string;
  /** Every request, in order of arrival. */
  readonly requests: SeenRequest[] = [];
  readonly #shelves = new Map<string, Shelf>();
  readonly #close: () => Promise<void>;
  readonly #released = new WeakSet<SeenRequest>();

  constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  /** Puts a file at a path, in place of the one that may be there. Answers its URL. */
  put(path: string, spec: FileSpec): string {
    this.#shelves.set(path, newShelf(spec));
    return this.url + path;
  }

  remove(path: string): void {
    this.#shelves.delete(path);
  }

  /** Changes how the file answers from now on, its bytes staying the same unless size or seed say otherwise. */
  change(path: string, answer: Partial<FileSpec>): void {
    this.put(path, { ...this.#shelf(path).spec, ...answer });
  }

  /** Lets the file come as fast as it can, answers under way included: they had only to be slow until now. */
  release(path: string): void {
    for (const seen of this.seen(path)) this.#released.add(seen);
    const { bytesPerSecond: _, ...spec } = this.#shelf(path).spec;
    this.put(path, spec);
  }

  /** How the file at a path behaves now. */
  spec(path: string): FileSpec {
    return this.#shelf(path).spec;
  }

  /** The bytes of the file as they are now. */
  content(path: string): Content {
    return contentOf(path, this.#shelf(path).spec);
  }

  bytes(path: string, start?: number, end?: number): Buffer {
    return bytesOf(this.content(path), start, end);
  }

  hash(path: string, algorithm = "sha256"): string {
    return hashOf(this.content(path), algorithm);
  }

  /** Requests for a path (query left out). */
  seen(path: string): SeenRequest[] {
    return this.requests.filter((request) => request.path.split("?")[0] === path);
  }

  bytesSent(path: string): number {
    return this.seen(path).reduce((sum, request) => sum + request.bytesSent, 0);
  }

  /** Waits until the condition holds; rejects after `timeoutMs`. */
  async until(condition: (origin: this) => boolean, timeoutMs = 120_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!condition(this)) {
      if (Date.now() > end) throw new Error(`not met within ${timeoutMs} ms: ${String(condition)}`);
      await sleep(5);
    }
  }

  close(): Promise<void> {
    return this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (path.startsWith("/_origin/")) return this.#steer(path, request, response);
    const seen = this.#record(request, response);
    const shelf = this.#shelves.get(decodeURI(path));
    if (shelf === undefined) {
      seen.status = 404;
      response.writeHead(404, { "Content-Type": "text/plain" }).end("nothing here\n");
      return;
    }
    turnPage(shelf);
    const answer = refusalOf(shelf, seen, choose(shelf, request));
    shelf.answered += 1;
    shelf.busy += 1;
    response.once("close", () => (shelf.busy -= 1));
    const content = contentOf(path, shelf.spec);
    await answerRequest({
      request,
      response,
      content,
      answer,
      seen,
      number: shelf.answered,
      hurries: () => this.#released.has(seen),
    });
  }

  #shelf(path: string): Shelf {
    const shelf = this.#shelves.get(path);
    if (shelf === undefined) throw new Error(`the origin has no file at ${path}`);
    turnPage(shelf);
    return shelf;
  }

  #record(request: IncomingMessage, response: ServerResponse): SeenRequest {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const seen: SeenRequest = {
      at: Date.now(),
      port: request.socket.remotePort ?? 0,
      method: request.method ?? "",
      path: request.url ?? "",
      headers,
      range: request.headers.range ?? null,
      status: 0,
      bytesSent: 0,
      end: "open",
    };
    this.requests.push(seen);
    response.once("close", () => {
      if (seen.end === "open") seen.end = response.writableFinished ? "done" : "client_left";
    });
    response.on("error", () => {}); // a client that left is part of the game
    return seen;
  }

  /** The origin's own interface, for tests that run it in another process. */
  async #steer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const files =
      chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, FileSpec>);
    if (path === "/_origin/put") for (const [file, spec] of Object.entries(files)) this.put(file, spec);
    if (path === "/_origin/release") for (const file of Object.keys(files)) this.release(file);
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(path === "/_origin/requests" ? this.requests : {}));
  }
}

/** The next version of the file, if its time has come. */
function turnPage(shelf: Shelf): void {
  const { then } = shelf.spec;
  if (then === undefined) return;
  const byRequests = then.afterRequests !== undefined && shelf.answered >= then.afterRequests;
  const byTime = then.afterMs !== undefined && Date.now() - shelf.putAt >= then.afterMs;
  if (!byRequests && !byTime) return;
  Object.assign(shelf, { ...newShelf(then.file), busy: shelf.busy });
}

const EXPIRED: Answer = {
  status: 403,
  headers: { "Content-Type": "application/xml" },
  text: '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
};

/** The answer, or another one where the file is in use too much or the link is used up. */
function refusalOf(shelf: Shelf, { path }: SeenRequest, answer: Answer): Answer {
  const { atOnce, signed } = answer;
  if (atOnce !== undefined && shelf.busy >= atOnce.most) {
    const { status, retryAfter } = atOnce;
    return retryAfter === undefined ? { status } : { status, retryAfter };
  }
  if (signed === undefined) return answer;
  const query = path.split("?")[1] ?? "";
  const used = shelf.queries.get(query) ?? 0;
  shelf.queries.set(query, used + 1);
  return query === "" || used >= signed.uses ? EXPIRED : answer;
}

function choose(shelf: Shelf, request: IncomingMessage): Answer {
  const { rules = [], ...base } = shelf.spec;
  for (const rule of rules) {
    if (!fits(rule, request)) continue;
    const before = shelf.fitted.get(rule) ?? 0;
    shelf.fitted.set(rule, before + 1);
    const nth = before - (rule.skip ?? 0);
    if (nth >= 0 && nth < (rule.times ?? Infinity)) return { ...base, ...rule };
  }
  return base;
}

function fits({ when = {} }: Rule, request: IncomingMessage): boolean {
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? -1);
  if (when.method !== undefined && when.method !== request.method) return false;
  if (when.ranged !== undefined && when.ranged !== (request.headers.range !== undefined)) return false;
  return when.startAtLeast === undefined || start >= when.startAtLeast;
}

export function contentOf(path: string, { size, seed = 1, head = "by_name" }: FileSpec): Content {
  return { size, seed, head: head === "none" ? Buffer.alloc(0) : headFor(path, size) };
}

export async function startOrigin(
  files: Record<string, FileSpec> = {},
  { port = 0, host = "127.0.0.1", tls, mostConnections }: OriginOptions = {},
): Promise<Origin> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    origin.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server =
    tls === undefined
      ? createServer({ keepAliveTimeout: 5_000 }, handle)
      : createTlsServer({ ...tls, keepAliveTimeout: 5_000 }, handle);
  if (mostConnections !== undefined) limitConnections(server, mostConnections);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const origin = new Origin(`${tls === undefined ? "http" : "https"}://${shown}:${address.port}`, close);
  for (const [path, spec] of Object.entries(files)) origin.put(path, spec);
  return origin;
}

function limitConnections(server: Server, most: number): void {
  let open = 0;
  server.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => (open -= 1));
    if (open > most) socket.resetAndDestroy();
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      files: { type: "string", default: "{}" },
    },
  });
  const files = JSON.parse(values.files) as Record<string, FileSpec>;
  const origin = await startOrigin(files, { port: Number(values.port), host: values.host });
  process.stdout.write(`${JSON.stringify({ url: origin.url, pid: process.pid })}\n`);
  // An origin started by a test must not outlive it: it ends with its standard input, if that is a pipe.
  if (!process.stdin.isTTY) process.stdin.resume().once("end", () => process.exit(0));
}
