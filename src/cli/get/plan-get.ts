/** What was typed after `haulyard get` → the downloads to do. */
import { basename, dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { TransferStep } from "../../job/job.ts";
import {
  readConnections,
  readHeaders,
  readHttpAddress,
  readJobs,
  readRate,
  readSha256,
} from "../read-words.ts";
import { UsageError } from "../usage-error.ts";
import type { ListEntry } from "../../catalog/lists/list-entry.ts";
import { readList } from "./read-list.ts";

/** As commander gives them. */
export interface GetOptions {
  output?: string;
  directory?: string;
  sha256?: string;
  header?: readonly string[];
  limitRate?: string;
  mirror?: readonly string[];
  json?: true;
  quiet?: true;
  overwrite?: true;
  inputFile?: string;
  include?: readonly string[];
  exclude?: readonly string[];
  connections?: string;
  jobs?: string;
}

export interface GetPlan {
  steps: readonly TransferStep[];
  limitBytesPerSecond: number | null;
  connections: number | null;
  /** Files at once; null: as many as suit them. */
  jobs: number | null;
  show: "progress" | "json" | "errors";
}

export function planGet(urls: readonly string[], options: GetOptions, folder: string): GetPlan {
  const listed = options.inputFile === undefined ? [] : readList(options.inputFile);
  const all = [...urls.map(typed), ...listed];
  if (all.length === 0) throw new UsageError("get: expected at least one URL.");
  if (all.length > 1) refuseForSeveral(options);
  if (options.json === true && options.quiet === true)
    throw new UsageError("get: --json and --quiet exclude each other.");
  const common = commonOf(options, folder);
  return {
    steps: all.map((entry) => stepOf(entry, common, options, folder)),
    limitBytesPerSecond: options.limitRate === undefined ? null : readRate(options.limitRate),
    connections: options.connections === undefined ? null : readConnections(options.connections),
    jobs: options.jobs === undefined ? null : readJobs(options.jobs),
    show: options.json === true ? "json" : options.quiet === true ? "errors" : "progress",
  };
}

/** An address of the command line says nothing else. */
function typed(url: string): ListEntry {
  return { urls: [url], where: "get", out: null, dir: null, checksum: null, headers: [] };
}

type Common = Pick<TransferStep, "folder" | "name" | "checksum" | "mirrors" | "headers">;

/** What the options say of every file. */
function commonOf(options: GetOptions, folder: string): Common {
  const { sha256 } = options;
  return {
    ...placeOf(options, folder),
    checksum:
      sha256 === undefined ? null : { algorithm: "sha256", hex: readSha256(sha256), origin: "--sha256" },
    mirrors: (options.mirror ?? []).map((url) => readHttpAddress(url, "--mirror")),
    headers: readHeaders(options.header ?? []),
  };
}

function stepOf(
  { urls, where, out, dir, checksum, headers }: ListEntry,
  common: Common,
  options: GetOptions,
  folder: string,
): TransferStep {
  const [text = "", ...others] = urls;
  const url = isSource(text)
    ? text.trim()
    : isMetalink(text)
      ? metalinkAddress(text, options, folder)
      : readHttpAddress(text, where);
  const place = listedPlace(where, out, dir === null ? common.folder : resolve(folder, dir));
  return {
    kind: "transfer",
    url,
    mirrors: [...others.map((other) => readHttpAddress(other, where)), ...common.mirrors],
    folder: place.folder,
    name: place.name ?? common.name,
    size: null,
    checksum: checksum === null ? common.checksum : { ...checksum, origin: "the list" },
    headers: mergeHeaders(common.headers, readHeaders(headers, where)),
    ifExists: options.overwrite === true ? "replace" : "refuse",
  };
}

/** Names are the same in any case (RFC 9110 §5.1). */
function mergeHeaders(
  common: TransferStep["headers"],
  own: Readonly<Record<string, string>>,
): TransferStep["headers"] {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const others = Object.entries(common).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(others), ...own };
}

/** `out=` of a list names a file in its folder or below. */
function listedPlace(
  where: string,
  out: string | null,
  folder: string,
): Pick<TransferStep, "folder" | "name"> {
  if (out === null) return { folder, name: null };
  const path = resolve(folder, out);
  const inside = relative(folder, path);
  if (out === "" || out.endsWith("/") || inside === "" || inside.split("/")[0] === "..") {
    throw new UsageError(
      `${where}: out= names a file in its folder, got ${JSON.stringify(out)}; dir= is for another folder.`,
    );
  }
  return { folder: dirname(path), name: basename(path) };
}

/** Pages of Hugging Face and of Civitai that stand for files; the addresses of files themselves are fetched as they are. */
const PAGES =
  /^https?:\/\/(?:(?:www\.)?(?:huggingface\.co|hf\.co)\/(?:(?:datasets|spaces)\/)?[\w.-]+\/[\w.-]+(?:\/?$|\/(?:blob|tree)\/)|(?:www\.)?civitai\.(?:com|green|red)\/(?:models|model-versions)\/\d)/i;

/** True for what names files of a service: what they are shows when it is asked. */
export function isSource(text: string): boolean {
  return /^(?:hf|civitai):\/\/|^urn:air:|^civitai:\d/i.test(text.trim()) || PAGES.test(text.trim());
}

/** True for what is a Metalink by its name (RFC 5854 §6.2: .meta4; version 3 was .metalink). */
export function isMetalink(address: string): boolean {
  return /\.(?:meta4|metalink)$/i.test(URL.parse(address)?.pathname ?? address);
}

/** A Metalink may be a file of this machine. */
function metalinkAddress(text: string, { header }: GetOptions, folder: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return readHttpAddress(text, "get");
  // The servers a Metalink names are anybody's; a secret must not go to all of them.
  if (header !== undefined) throw new UsageError("--header cannot be used with a Metalink of this machine.");
  return pathToFileURL(resolve(folder, text)).href;
}

function refuseForSeveral(options: GetOptions): void {
  const single = ["output", "sha256", "mirror"] as const;
  for (const name of single) {
    if (options[name] !== undefined) throw new UsageError(`--${name} is for one URL, there are several.`);
  }
}

/** Folder and name; without a name the server or the URL gives one. */
function placeOf({ output, directory }: GetOptions, folder: string): Pick<TransferStep, "folder" | "name"> {
  if (directory === "") throw new UsageError('--directory: expected the name of a folder, got "".');
  const into = resolve(folder, directory ?? ".");
  if (output === undefined) return { folder: into, name: null };
  if (output === "-") throw new UsageError("--output: a download needs a file it can resume, not a pipe.");
  if (output === "" || output.endsWith("/"))
    throw new UsageError(
      `--output: expected the name of a file, got ${JSON.stringify(output)}; folders go to -d.`,
    );
  const path = resolve(into, output);
  return { folder: dirname(path), name: basename(path) };
}

/** Where the unfinished bytes of a file are. */
export function partialPathOf(path: string): string {
  return join(dirname(path), `${basename(path)}.part`);
}
