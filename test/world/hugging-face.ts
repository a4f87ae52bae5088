/**
 * A stand-in for Hugging Face: the hub (pages of repos, the tree API, `resolve`) and, on a port of its own, the storage
 * its redirects lead to. Headers, statuses and paging are those of the real one.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Origin } from "./origin.ts";
import type { HubFileSpec } from "./hub-answers.ts";
import { entryOf, foldersOf, gitHash, refuse, send, sendSmall } from "./hub-answers.ts";
import { startOrigin } from "./origin.ts";

export interface RepoSpec {
  files?: Record<string, HubFileSpec>;
  /** Forty hexadecimal digits; one for each branch. */
  branches?: Record<string, string>;
  gated?: boolean;
  private?: boolean;
  disabled?: boolean;
  /** Answers of the tree API in place of its own, page by page. */
  tree?: (page: number) => { body: string; type?: string; link?: string; status?: number } | null;
  /** Headers are left out, and ranges answered with the whole, as some mirrors do. */
  isPlain?: boolean;
  /** The repo is called so now. */
  movedTo?: string;
}

export interface HubSeen {
  path: string;
  authorization: string | null;
  userAgent: string | null;
  status: number;
}

export const MAIN = "a".repeat(40);

export class HuggingFace implements AsyncDisposable {
  readonly url: string;
  readonly storage: Origin;
  readonly requests: HubSeen[] = [];
  /** By `models/org/name`, `datasets/org/name`. */
  readonly repos = new Map<string, RepoSpec>();
  /** The token that opens what is gated or private. */
  token: string | null = null;
  /** Answers with 429 while it is set, and says to wait so many seconds. */
  busy: number | null = null;
  /** Entries of a page of the tree. */
  pageSize = 1000;
  readonly #close: () => Promise<void>;

  constructor(url: string, storage: Origin, close: () => Promise<void>) {
    this.url = url;
    this.storage = storage;
    this.#close = close;
  }

  put(name: string, spec: RepoSpec): void {
    this.repos.set(name, spec);
    for (const [path, { size, seed = 1, lfs = true }] of Object.entries(spec.files ?? {}))
      if (lfs) this.storage.put(storagePath(name, path), { size, seed });
  }

  /** SHA-256 of a file in large storage. */
  hash(name: string, path: string): string {
    return this.storage.hash(storagePath(name, path));
  }

  bytes(name: string, path: string): Buffer {
    return this.storage.bytes(storagePath(name, path));
  }

  /** Text of a small file. */
  text(path: string, { size }: HubFileSpec): Buffer {
    return Buffer.alloc(size, `${path}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.storage.close();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    const seen: HubSeen = {
      path: url.pathname + url.search,
      authorization: request.headers.authorization ?? null,
      userAgent: request.headers["user-agent"] ?? null,
      status: 0,
    };
    this.requests.push(seen);
    response.once("finish", () => (seen.status = response.statusCode));
    if (this.busy !== null) {
      const headers = {
        RateLimit: `"api";r=0;t=${this.busy}`,
        "RateLimit-Policy": '"fixed window";"api";q=500;w=300',
      };
      return send(response, 429, { error: "We had to rate limit your IP" }, headers);
    }
    const api =
      /^\/api\/(models|datasets|spaces)\/([\w.-]+(?:\/[\w.-]+)?)\/(revision|tree)\/([^/]+)(?:\/(.*))?$/.exec(
        url.pathname,
      );
    if (api !== null) {
      const [, type = "", repo = "", kind = "", revision = "", path = ""] = api;
      const ask = {
        name: `${type}/${repo}`,
        revision: decodeURIComponent(revision),
        path: decodeURIComponent(path),
      };
      return kind === "tree" ? this.#tree(ask, url, request, response) : this.#facts(ask, request, response);
    }
    if (url.pathname === "/api/models") return send(response, 200, []);
    const file = /^\/(?:(datasets|spaces)\/)?([\w.-]+(?:\/[\w.-]+)?)\/(?:resolve|raw)\/([^/]+)\/(.+)$/.exec(
      url.pathname,
    );
    if (file === null)
      return refuse(response, 404, null, "Sorry, we can't find the page you are looking for.");
    const [, type = "models", repo = "", revision = "", path = ""] = file;
    const ask = {
      name: `${type}/${repo}`,
      revision: decodeURIComponent(revision),
      path: decodeURIComponent(path),
    };
    this.#resolve(ask, url, request, response);
  }

  #resolve(ask: Ask, url: URL, request: IncomingMessage, response: ServerResponse): void {
    const found = this.#find(ask, url, request, response);
    if (found === null) return;
    const { repo, commit } = found;
    if (repo.gated === true && !this.#isKnown(request))
      return refuse(
        response,
        request.headers.authorization === undefined ? 401 : 403,
        "GatedRepo",
        `Access to model ${ask.name} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
      );
    const file = repo.files?.[ask.path];
    if (file === undefined) return refuse(response, 404, "EntryNotFound", "Entry not found");
    const isPlain = repo.isPlain === true;
    const common = isPlain ? {} : { "X-Repo-Commit": commit, "Accept-Ranges": "bytes", Vary: "Origin" };
    if (file.lfs === false) {
      const body = this.text(ask.path, file);
      const etag = `"${gitHash(body)}"`;
      return sendSmall(response, body, isPlain ? undefined : request.headers.range, {
        ...common,
        ETag: etag,
      });
    }
    const hash = this.hash(ask.name, ask.path);
    response
      .writeHead(302, {
        ...common,
        "X-Linked-Size": String(file.size),
        "X-Linked-Etag": `"${hash}"`,
        "X-Xet-Hash": hash.split("").reverse().join(""),
        Link: `<${this.url}/api/${ask.name}/xet-read-token/${commit}>; rel="xet-auth", <https://cas.example/reconstruct>; rel="xet-reconstruction-info"`,
        Location: `${this.storage.url}${storagePath(ask.name, ask.path)}?X-Amz-Signature=s1gned`,
      })
      .end("Found. Redirecting to storage");
  }

  #facts(ask: Ask, request: IncomingMessage, response: ServerResponse): void {
    const found = this.#find(ask, new URL(request.url ?? "/", this.url), request, response);
    if (found === null) return;
    const { repo, commit } = found;
    send(response, 200, {
      _id: "1",
      id: ask.name.replace(/^\w+\//, ""),
      private: repo.private ?? false,
      gated: repo.gated === true ? "manual" : false,
      sha: commit,
      siblings: Object.keys(repo.files ?? {}).map((rfilename) => ({ rfilename })),
    });
  }

  #tree(ask: Ask, url: URL, request: IncomingMessage, response: ServerResponse): void {
    const found = this.#find(ask, url, request, response);
    if (found === null) return;
    const { repo } = found;
    const page = Number(url.searchParams.get("cursor") ?? 0);
    const next = new URL(url);
    next.searchParams.set("cursor", String(page + 1));
    const told = repo.tree?.(page) ?? null;
    if (told !== null) {
      const link = told.link?.replaceAll("{self}", url.href).replaceAll("{next}", next.href);
      const headers = {
        "Content-Type": told.type ?? "application/json",
        ...(link === undefined ? {} : { Link: link }),
      };
      response.writeHead(told.status ?? 200, headers).end(told.body);
      return;
    }
    const inside = Object.entries(repo.files ?? {}).filter(
      ([path]) => ask.path === "" || path.startsWith(`${ask.path}/`),
    );
    if (inside.length === 0 && ask.path !== "")
      return refuse(response, 404, "EntryNotFound", `${ask.path} does not exist on "${ask.revision}"`);
    const from = page * this.pageSize;
    const entries = inside
      .slice(from, from + this.pageSize)
      .map(([path, file]) =>
        entryOf(path, file, { hash: () => this.hash(ask.name, path), text: () => this.text(path, file) }),
      );
    const folders = page === 0 ? foldersOf(inside.map(([path]) => path)) : [];
    const more = inside.length > from + this.pageSize ? { Link: `<${next.href}>; rel="next"` } : {};
    send(response, 200, [...folders, ...entries], more);
  }

  /** The repo at a revision, or null where it was refused. */
  #find(
    { name, revision }: Ask,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): { repo: RepoSpec; commit: string } | null {
    const repo = this.repos.get(name);
    if (repo === undefined || (repo.private === true && !this.#isKnown(request))) {
      refuse(
        response,
        401,
        request.headers.authorization === undefined ? "RepoNotFound" : null,
        "Invalid username or password.",
      );
      return null;
    }
    if (repo.movedTo !== undefined) {
      const [, old = ""] = /^\w+\/(.*)$/.exec(name) ?? [];
      response.writeHead(307, { Location: url.pathname.replace(old, repo.movedTo) + url.search }).end();
      return null;
    }
    if (repo.disabled === true) {
      refuse(response, 403, "DisabledRepo", "Access to this resource is disabled.");
      return null;
    }
    const branches = repo.branches ?? { main: MAIN };
    const commit = branches[revision] ?? Object.values(branches).find((each) => each === revision);
    if (commit !== undefined) return { repo, commit };
    refuse(response, 404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    return null;
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    return this.token !== null && headers.authorization === `Bearer ${this.token}`;
  }
}

interface Ask {
  name: string;
  revision: string;
  path: string;
}

function storagePath(name: string, path: string): string {
  return `/xet/${name}/${path}`;
}

export async function startHuggingFace(): Promise<HuggingFace> {
  const storage = await startOrigin();
  const server = createServer((request, response) => hub.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const hub = new HuggingFace(`http://127.0.0.1:${port}`, storage, async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return hub;
}
