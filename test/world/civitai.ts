/**
 * A stand-in for Civitai: its API, its downloads and, on a port of its own, the storage their links lead to. It refuses
 * HEAD, wants a User-Agent, and its storage refuses what is sent with an Authorization header, as the real ones do.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Origin } from "./origin.ts";
import { startOrigin } from "./origin.ts";

export interface CivitaiFileSpec {
  /** Bytes; there is a file in the storage then. */
  bytes: number;
  name?: string;
  type?: string;
  format?: string;
  size?: string;
  fp?: string;
  primary?: boolean;
  /** In place of the right ones. */
  hashes?: unknown;
  /** Its download is gone. */
  removed?: boolean;
}

export interface VersionSpec {
  modelId: number;
  files: Record<number, CivitaiFileSpec>;
  modelType?: string;
  /** Only who is logged in may download it. */
  needsKey?: "401" | "login page";
  /** ISO time. */
  earlyAccessUntil?: string;
  images?: unknown[];
  /** Changes what is answered about it, before it is sent. */
  spoil?: (answer: Record<string, unknown>) => unknown;
}

export interface CivitaiSeen {
  method: string;
  path: string;
  authorization: string | null;
  userAgent: string | null;
}

export class Civitai implements AsyncDisposable {
  readonly url: string;
  readonly storage: Origin;
  readonly requests: CivitaiSeen[] = [];
  readonly versions = new Map<number, VersionSpec>();
  /** `Archived`, `TakenDown`. */
  readonly modes = new Map<number, string>();
  key: string | null = null;
  readonly #close: () => Promise<void>;

  constructor(url: string, storage: Origin, close: () => Promise<void>) {
    this.url = url;
    this.storage = storage;
    this.#close = close;
  }

  put(versionId: number, spec: VersionSpec): void {
    this.versions.set(versionId, spec);
    for (const [id, file] of Object.entries(spec.files))
      this.storage.put(storagePath(versionId, Number(id)), { size: file.bytes, seed: Number(id) });
  }

  hash(versionId: number, fileId: number): string {
    return this.storage.hash(storagePath(versionId, fileId));
  }

  bytes(versionId: number, fileId: number): Buffer {
    return this.storage.bytes(storagePath(versionId, fileId));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.storage.close();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    const { authorization = null, "user-agent": userAgent = null } = request.headers;
    this.requests.push({
      method: request.method ?? "",
      path: url.pathname + url.search,
      authorization,
      userAgent,
    });
    if (userAgent === null)
      return void response.writeHead(403, { "Content-Type": "text/html" }).end("<html>Just a moment…</html>");
    if (request.method === "HEAD") return void response.writeHead(405).end();
    const [, version] = /^\/api\/v1\/model-versions\/(\d+)$/.exec(url.pathname) ?? [];
    if (version !== undefined) return this.#version(Number(version), response);
    const [, hash] = /^\/api\/v1\/model-versions\/by-hash\/(\w+)$/.exec(url.pathname) ?? [];
    if (hash !== undefined) return this.#byHash(hash, response);
    const [, model] = /^\/api\/v1\/models\/(\d+)$/.exec(url.pathname) ?? [];
    if (model !== undefined) return this.#model(Number(model), response);
    const [, download] = /^\/api\/download\/models\/(\d+)$/.exec(url.pathname) ?? [];
    if (download !== undefined) return this.#download(Number(download), url, authorization, response);
    if (url.pathname === "/api/v1/models") return json(response, 200, { items: [], metadata: {} });
    if (url.pathname === "/login")
      return void response.writeHead(200, { "Content-Type": "text/html" }).end("<html>Log in</html>");
    if (url.pathname.startsWith("/picture."))
      return void response.writeHead(200, { "Content-Type": "image/png" }).end(PNG);
    json(response, 404, { error: "Not found" });
  }

  #version(id: number, response: ServerResponse): void {
    const spec = this.versions.get(id);
    if (spec === undefined) return json(response, 404, { error: "Model not found" });
    const answer = this.#describe(id, spec);
    const spoilt = spec.spoil?.(answer) ?? answer;
    if (typeof spoilt === "string")
      response.writeHead(200, { "Content-Type": "application/json" }).end(spoilt);
    else json(response, 200, spoilt);
  }

  #describe(id: number, spec: VersionSpec): Record<string, unknown> {
    const { modelId, modelType = "LORA", earlyAccessUntil = null, files, images = [] } = spec;
    const single = Object.keys(files).length === 1;
    return {
      id,
      modelId,
      name: "v1",
      baseModel: "SDXL 1.0",
      air: `urn:air:sdxl:${modelType.toLowerCase()}:civitai:${modelId}@${id}`,
      earlyAccessEndsAt: earlyAccessUntil,
      model: { name: `Model ${modelId}`, type: modelType, nsfw: false, poi: false },
      images,
      files: Object.entries(files).map(([fileId, file]) => {
        const {
          bytes,
          name = `file-${fileId}.safetensors`,
          type = "Model",
          format = "SafeTensor",
          size,
          fp,
        } = file;
        const query = single
          ? ""
          : `?${new URLSearchParams({ type, format, ...(size === undefined ? {} : { size }), ...(fp === undefined ? {} : { fp }) }).toString()}`;
        return {
          id: Number(fileId),
          name,
          type,
          sizeKB: bytes / 1024,
          metadata: { format, size: size ?? null, fp: fp ?? null },
          hashes: file.hashes ?? {
            SHA256: this.hash(id, Number(fileId)).toUpperCase(),
            AutoV2: this.hash(id, Number(fileId)).slice(0, 10).toUpperCase(),
          },
          ...(file.primary === true || single ? { primary: true } : {}),
          // The real one tells its own host, also where it is asked through a mirror.
          downloadUrl: `https://civitai.com/api/download/models/${id}${query}`,
        };
      }),
    };
  }

  #byHash(hash: string, response: ServerResponse): void {
    for (const [id, { files }] of this.versions)
      for (const fileId of Object.keys(files))
        if (this.hash(id, Number(fileId)).toUpperCase().startsWith(hash)) return this.#version(id, response);
    json(response, 404, { error: "Model not found" });
  }

  #model(modelId: number, response: ServerResponse): void {
    const versions = [...this.versions].filter(([, spec]) => spec.modelId === modelId);
    if (versions.length === 0) return json(response, 404, { error: `No model with id ${modelId}` });
    const mode = this.modes.get(modelId) ?? null;
    // The newest comes first.
    const modelVersions = versions.reverse().map(([id, spec]) => this.#describe(id, spec));
    json(response, 200, { id: modelId, name: `Model ${modelId}`, type: "LORA", mode, modelVersions });
  }

  #download(id: number, url: URL, authorization: string | null, response: ServerResponse): void {
    const spec = this.versions.get(id);
    const isKnown = this.key !== null && authorization === `Bearer ${this.key}`;
    if (spec === undefined) return json(response, 404, { error: "Model not found" });
    if (spec.needsKey !== undefined && !isKnown) {
      if (spec.needsKey === "401")
        return json(response, 401, {
          error: "Unauthorized",
          message: "The creator of this asset requires you to be logged in to download it",
        });
      return void response
        .writeHead(307, { Location: `/login?returnUrl=/models/${spec.modelId}&reason=download-auth` })
        .end();
    }
    if (spec.earlyAccessUntil !== undefined)
      return json(response, 403, {
        error: "Early Access",
        deadline: spec.earlyAccessUntil,
        message: "This asset is in Early Access. You can use Buzz access it now!",
      });
    const found = Object.entries(spec.files).find(([, file]) => isMeant(file, url.searchParams));
    if (found === undefined || found[1].removed === true)
      return json(response, 404, { error: "File not found" });
    const [fileId, { name = `file-${fileId}.safetensors` }] = found;
    const disposition = encodeURIComponent(`attachment; filename="${name}"`);
    const path = storagePath(id, Number(fileId));
    response
      .writeHead(307, {
        Location: `${this.storage.url}${path}?X-Amz-Signature=s1gned&response-content-disposition=${disposition}`,
      })
      .end();
  }
}

function isMeant(file: CivitaiFileSpec, query: URLSearchParams): boolean {
  const { type = "Model", format = "SafeTensor", size = null, fp = null } = file;
  if (query.size === 0) return true;
  const has: Record<string, string | null> = { type, format, size, fp };
  return ["type", "format", "size", "fp"].every(
    (name) => query.get(name) === null || query.get(name) === has[name],
  );
}

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

function storagePath(versionId: number, fileId: number): string {
  return `/store/${versionId}/${fileId}.safetensors`;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

export async function startCivitai(): Promise<Civitai> {
  const storage = await startOrigin();
  const refuse = storage.handle.bind(storage);
  // "Only one auth mechanism allowed", says the real storage.
  storage.handle = async (request, response) => {
    if (request.headers.authorization === undefined) return refuse(request, response);
    storage.requests.push({
      at: Date.now(),
      port: 0,
      method: request.method ?? "",
      path: request.url ?? "",
      headers: { authorization: request.headers.authorization },
      range: null,
      status: 400,
      bytesSent: 0,
      end: "done",
    });
    response
      .writeHead(400, { "Content-Type": "application/xml" })
      .end("<Error><Code>InvalidArgument</Code></Error>");
  };
  const server = createServer((request, response) => site.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const site = new Civitai(`http://127.0.0.1:${port}`, storage, async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return site;
}
