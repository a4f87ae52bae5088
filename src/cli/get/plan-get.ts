/** What was typed after `haulyard get` → the downloads to do. */
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { TransferStep } from "../../job/job.ts";
import { readConnections, readHeaders, readHttpAddress, readRate, readSha256 } from "../read-words.ts";
import { UsageError } from "../usage-error.ts";

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
  connections?: string;
}

export interface GetPlan {
  steps: readonly TransferStep[];
  limitBytesPerSecond: number | null;
  connections: number | null;
  show: "progress" | "json" | "errors";
}

export function planGet(urls: readonly string[], options: GetOptions, folder: string): GetPlan {
  const all = [...urls, ...(options.inputFile === undefined ? [] : readList(options.inputFile))];
  if (all.length === 0) throw new UsageError("get: expected at least one URL.");
  if (all.length > 1) refuseForSeveral(options);
  if (options.json === true && options.quiet === true)
    throw new UsageError("get: --json and --quiet exclude each other.");
  const headers = readHeaders(options.header ?? []);
  const sha256 = options.sha256 === undefined ? null : readSha256(options.sha256);
  const mirrors = (options.mirror ?? []).map((url) => readHttpAddress(url, "--mirror"));
  const place = placeOf(options, folder);
  const steps = all.map((text): TransferStep => {
    const url = isMetalink(text) ? metalinkAddress(text, options, folder) : readHttpAddress(text, "get");
    return {
      kind: "transfer",
      url,
      mirrors,
      ...place,
      size: null,
      checksum: sha256 === null ? null : { algorithm: "sha256", hex: sha256, origin: "--sha256" },
      headers,
      ifExists: options.overwrite === true ? "replace" : "refuse",
    };
  });
  return {
    steps,
    limitBytesPerSecond: options.limitRate === undefined ? null : readRate(options.limitRate),
    connections: options.connections === undefined ? null : readConnections(options.connections),
    show: options.json === true ? "json" : options.quiet === true ? "errors" : "progress",
  };
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
  const single = ["output", "sha256"] as const;
  for (const name of single) {
    if (options[name] !== undefined) throw new UsageError(`--${name} is for one URL, there are several.`);
  }
  if (options.mirror !== undefined) throw new UsageError("--mirror is for one URL, there are several.");
}

/** Folder and name; without a name the server or the URL gives one. */
function placeOf({ output, directory }: GetOptions, folder: string): Pick<TransferStep, "folder" | "name"> {
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

/** The URLs of a file, one per line; empty lines and `#` comments are skipped. `-` is stdin. */
function readList(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UsageError(`--input-file: ${file} cannot be read (${code}).`, { cause: error });
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Where the unfinished bytes of a file are. */
export function partialPathOf(path: string): string {
  return join(dirname(path), `${basename(path)}.part`);
}
