/** All files of a repo or of a folder in it, as they are in one commit. */
import type { Skipped } from "../../job/catalog-contract.ts";
import { failure } from "../../job/failure.ts";
import type { Checksum } from "../../job/job.ts";
import { isRecord, kindOf, readJson } from "../read-json.ts";
import { blobNameOf } from "./cache-layout.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { ServiceRefusal } from "../ask-service.ts";
import type { Hub, HubFile } from "./hub.ts";
import { askService, strangeAnswer } from "../ask-service.ts";
import { encodePath, fileUrl, pageOf } from "./hub.ts";
import type { HubAddress } from "./read-address.ts";
import { isRepo } from "./read-address.ts";

/** Files of one source at most: each becomes a job. Larger repos are taken in parts. */
export const MAX_FILES = 20_000;
/** A page holds a thousand entries of some 400 bytes. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Facts of a repo: with them come the names of all its files. */
const MAX_FACTS_BYTES = 32 * 1024 * 1024;
/** More pages than a repo of so many files has, folders counted in. */
const MAX_PAGES = 200;

export interface RepoFacts {
  kind: "repo";
  /** As it is called now. */
  repo: string;
  commit: string;
  /** Its files are given only to those who asked for them. */
  isGated: boolean;
}

export async function readRepo(
  address: HubAddress,
  hub: Hub,
  signal: AbortSignal,
): Promise<RepoFacts | ServiceRefusal> {
  const { type, repo, revision } = address;
  const url = `${hub.endpoint}/api/${type}/${repo}/revision/${encodeURIComponent(revision ?? "main")}`;
  const asked = await askService(hub, { url, maxBytes: MAX_FACTS_BYTES }, signal);
  if (asked.kind === "refused") return asked;
  const refusal = explainRefusal(asked.answer, address, hub);
  if (refusal !== null) return refusal;
  const { value, problem } = readJson(asked.answer);
  if (problem !== null) return strangeAnswer(hub, problem);
  if (!isRecord(value)) return strangeAnswer(hub, `sent ${kindOf(value)} in place of the facts of a repo`);
  const { sha, id, gated, private: isPrivate } = value;
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha))
    return strangeAnswer(
      hub,
      `sent facts of a repo in which sha must be 40 hexadecimal digits, got ${kindOf(sha)}`,
    );
  return {
    kind: "repo",
    repo: typeof id === "string" && isRepo(id) ? id : repo,
    commit: sha,
    isGated: (gated !== undefined && gated !== false) || isPrivate === true,
  };
}

export interface FileList {
  kind: "files";
  files: HubFile[];
  /** Entries that cannot be understood. */
  skipped: Skipped[];
}

export async function listFiles(
  address: HubAddress,
  { repo, commit }: Pick<RepoFacts, "repo" | "commit">,
  hub: Hub,
  signal: AbortSignal,
): Promise<FileList | ServiceRefusal> {
  const { type, path } = address;
  const folder = path === "" ? "" : `/${encodePath(path)}`;
  const list: FileList = { kind: "files", files: [], skipped: [] };
  const seen = new Set<string>();
  let next: string | null = `${hub.endpoint}/api/${type}/${repo}/tree/${commit}${folder}?recursive=true`;
  while (next !== null) {
    if (seen.has(next) || seen.size >= MAX_PAGES)
      return strangeAnswer(
        hub,
        `leads in circles from page to page of the list of files (after ${seen.size})`,
      );
    seen.add(next);
    const asked = await askService(hub, { url: next, maxBytes: MAX_PAGE_BYTES }, signal);
    if (asked.kind === "refused") return asked;
    const refusal = explainRefusal(asked.answer, address, hub);
    if (refusal !== null) return refusal;
    const { value, problem } = readJson(asked.answer);
    if (problem !== null) return strangeAnswer(hub, problem);
    if (!Array.isArray(value)) return strangeAnswer(hub, `sent ${kindOf(value)} in place of a list of files`);
    for (const entry of value as unknown[])
      takeEntry(entry, list, (file) => fileUrl(hub, { type, repo }, commit, file));
    if (list.files.length > MAX_FILES) return tooMany(address, hub);
    const following = nextPage(asked.answer.headers["link"] ?? "", asked.answer.url);
    if (following !== null && new URL(following).origin !== new URL(hub.endpoint).origin)
      return strangeAnswer(
        hub,
        `says that the list of files goes on at ${new URL(following).host}, which is another server`,
      );
    next = following;
  }
  return list;
}

/** RFC 8288: `<https://…?cursor=x>; rel="next"`. */
function nextPage(link: string, base: string): string | null {
  for (const [, target = "", parameters = ""] of link.matchAll(/<([^<>]{0,8192})>((?:\s*;[^,<]{0,1000})*)/g))
    if (/;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(parameters) && URL.canParse(target, base))
      return new URL(target, base).href;
  return null;
}

/** Longest path that is told of an entry that is left out. */
const MAX_NAME_LENGTH = 200;

function takeEntry(entry: unknown, { files, skipped }: FileList, urlOf: (path: string) => string): void {
  const number = files.length + skipped.length + 1;
  if (!isRecord(entry))
    return void skipped.push({ what: `entry ${number}`, reason: `must be an object, got ${kindOf(entry)}` });
  const { type, path, size, lfs, oid } = entry;
  if (type === "directory") return;
  const what = typeof path === "string" && path !== "" ? path.slice(0, MAX_NAME_LENGTH) : `entry ${number}`;
  const problem = problemIn({ type, path, size, lfs });
  if (problem !== null) return void skipped.push({ what, reason: problem });
  const large = isRecord(lfs) ? lfs : null;
  files.push({
    path: path as string,
    url: urlOf(path as string),
    size: (large?.["size"] ?? size) as number,
    checksum: large === null ? null : checksumOf(large["oid"] as string),
    blob: large !== null ? (large["oid"] as string) : typeof oid === "string" ? blobNameOf(oid) : null,
  });
}

function problemIn({ type, path, size, lfs }: Readonly<Record<string, unknown>>): string | null {
  if (type !== "file") return `type must be file or directory, got ${kindOf(type)}`;
  if (typeof path !== "string" || path === "") return `path must be a text, got ${kindOf(path)}`;
  if (!isSize(size)) return `size must be a whole number of bytes, got ${kindOf(size)}`;
  if (lfs === undefined || lfs === null) return null;
  if (!isRecord(lfs)) return `lfs must be an object, got ${kindOf(lfs)}`;
  const { oid, size: large } = lfs;
  if (typeof oid !== "string" || !/^[0-9a-f]{64}$/.test(oid))
    return `lfs.oid must be 64 hexadecimal digits, got ${kindOf(oid)}`;
  return isSize(large) ? null : `lfs.size must be a whole number of bytes, got ${kindOf(large)}`;
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checksumOf(hex: string): Checksum {
  return { algorithm: "sha256", hex, origin: "Hugging Face's list of files" };
}

function tooMany(address: HubAddress, hub: Hub): ServiceRefusal {
  const message = `${address.repo} has more than ${MAX_FILES} files.`;
  const advice = "Ask for its folders one by one: hf://org/repo/folder/.";
  return {
    kind: "refused",
    failure: failure("unsupported", message, { advice }),
    page: pageOf(hub, address),
  };
}
