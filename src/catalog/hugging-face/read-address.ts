/** What names something on Hugging Face: `hf://…`, or the address of a page or a file. Pure. */

export const REPO_TYPES = ["models", "datasets", "spaces"] as const;
export type RepoType = (typeof REPO_TYPES)[number];

export interface HubAddress {
  type: RepoType;
  /** `org/name`; without the first half for some of the oldest. */
  repo: string;
  /** Branch, tag or commit; null: the main branch. */
  revision: string | null;
  /** In the repo, without a slash at its ends; empty for all of it. */
  path: string;
  /** What the path names; null: that shows only when the server is asked. */
  shape: "file" | "folder" | null;
}

export type AddressReading =
  | { kind: "address"; address: HubAddress }
  | { kind: "wrong"; reason: string }
  /** It names nothing there. */
  | { kind: "other" };

/** Hosts of Hugging Face itself: addresses of theirs are asked at the endpoint, which may be a mirror. */
const HOSTS = new Set(["huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co"]);

export function readHubAddress(source: string, endpoint: string): AddressReading {
  const text = source.trim();
  if (/^hf:/i.test(text)) return readShort(text);
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return { kind: "other" };
  const path = pathOnHub(new URL(text), new URL(endpoint));
  return path === null ? { kind: "other" } : readPage(path);
}

function pathOnHub(url: URL, endpoint: URL): string | null {
  const base = endpoint.pathname.replace(/\/+$/, "");
  if (url.origin === endpoint.origin && url.pathname.startsWith(`${base}/`))
    return url.pathname.slice(base.length);
  return HOSTS.has(url.hostname) ? url.pathname : null;
}

/** The same page where the endpoint says to ask for it: a mirror has it under the same path. Others stay as they are. */
export function atEndpoint(url: string, endpoint: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !HOSTS.has(parsed.hostname)) return url;
  return `${endpoint.replace(/\/+$/, "")}${parsed.pathname}${parsed.search}`;
}

const FORM = "hf://org/repo[@revision][/path], hf://datasets/org/repo… or hf://spaces/org/repo…";

/** As `HfFileSystem` of huggingface_hub writes it. */
function readShort(text: string): AddressReading {
  const rest = /^hf:\/\/(.*)$/is.exec(text)?.[1];
  if (rest === undefined || rest === "") return wrong(`must be ${FORM}`);
  const [type, inType] = takeType(rest);
  const [, name = "", behind = ""] = /^([^/@]+(?:\/[^/@]+)?)((?:@|\/).*)?$/s.exec(inType) ?? [];
  // Of `gpt2@main/x` the part before `@` is a whole name.
  const repo = decode(name);
  if (repo === null || !isRepo(repo)) return wrong(`must name a repo: ${FORM}`);
  const [revision, path] = behind.startsWith("@") ? cutRevision(behind.slice(1)) : [null, behind];
  if (revision === "") return wrong("must name a revision behind the @, or have none");
  return toAddress({ type, repo, revision, rest: path, shape: path.endsWith("/") ? "folder" : null });
}

function takeType(rest: string): [RepoType, string] {
  const type = REPO_TYPES.find((each) => rest.startsWith(`${each}/`));
  return type === undefined ? ["models", rest] : [type, rest.slice(type.length + 1)];
}

/** References that Hugging Face makes itself hold slashes; in names of branches they are written `%2F`. */
const REFERENCE = /^(?:refs\/(?:convert\/[\w-]+|pr\/\d+))(?=\/|$)/;

function cutRevision(text: string): [string, string] {
  const reference = REFERENCE.exec(text)?.[0];
  if (reference !== undefined) return [reference, text.slice(reference.length)];
  const end = text.indexOf("/");
  return end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end)];
}

/** First parts of addresses that are pages about other things. */
const PAGES = new Set(
  (
    "api models datasets spaces docs blog join login logout settings pricing enterprise organizations collections " +
    "papers tasks new notifications chat posts search inference-endpoints inference-providers welcome front resolve-cache " +
    "privacy terms-of-service support brand jobs learn storage buckets oauth"
  ).split(" "),
);

const VERBS: Readonly<Record<string, HubAddress["shape"]>> = {
  resolve: "file",
  blob: "file",
  raw: "file",
  blame: "file",
  tree: "folder",
};

function readPage(pathname: string): AddressReading {
  const all = pathname.split("/").slice(1);
  const type = REPO_TYPES.find((each) => each !== "models" && each === all[0]) ?? "models";
  const parts = type === "models" ? all : all.slice(1);
  if (type === "models" && PAGES.has(parts[0] ?? "")) return { kind: "other" };
  // The oldest repos have no organisation before their name.
  const length = VERBS[parts[1] ?? ""] !== undefined && parts.length > 2 ? 1 : 2;
  const repo = decode(
    parts
      .slice(0, length)
      .filter((part) => part !== "")
      .join("/"),
  );
  if (repo === null || !isRepo(repo)) return { kind: "other" };
  const [verb = "", ...behind] = parts.slice(length);
  if (verb === "") return toAddress({ type, repo, revision: null, rest: "", shape: "folder" });
  const shape = VERBS[verb];
  if (shape === undefined || (behind[0] ?? "") === "") return { kind: "other" };
  const [revision, rest] = cutRevision(behind.join("/"));
  return toAddress({ type, repo, revision, rest, shape });
}

interface Parts extends Pick<HubAddress, "type" | "repo" | "shape"> {
  revision: string | null;
  rest: string;
}

function toAddress({ type, repo, revision, rest, shape }: Parts): AddressReading {
  const path = decode(rest.replace(/^\/+|\/+$/g, ""));
  const named = revision === null ? null : decode(revision);
  if (path === null || (revision !== null && named === null))
    return wrong("holds a percent sign without two digits after it");
  if (path.split("/").some((part) => part === "." || part === ".." || (part === "" && path !== "")))
    return wrong("must not hold empty parts, '.' or '..' in its path");
  if (shape === "file" && path === "") return wrong("names no file in the repo");
  return {
    kind: "address",
    address: { type, repo, revision: named, path, shape: path === "" ? "folder" : shape },
  };
}

/** As Hugging Face takes names of repos: letters, digits, `-`, `_`, `.`, at most 96 characters. */
export function isRepo(repo: string): boolean {
  return (
    repo.split("/").length <= 2 &&
    /^(?:[\w][\w.-]{0,95}\/)?[\w][\w.-]{0,95}$/.test(repo) &&
    !repo.includes("..")
  );
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function wrong(reason: string): AddressReading {
  return { kind: "wrong", reason };
}
