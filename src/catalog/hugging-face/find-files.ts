/** What an address on Hugging Face stands for: one file, or many, pinned to the commit it is at now. */
import type { Skipped } from "../../job/catalog-contract.ts";
import { failure } from "../../job/failure.ts";
import { selectPaths, type Patterns } from "../match-patterns.ts";
import type { ServiceRefusal } from "../ask-service.ts";
import type { Hub, HubFile } from "./hub.ts";
import { fileUrl, pageOf } from "./hub.ts";
import { listFiles, readRepo } from "./list-files.ts";
import { lookAtHubFile } from "./look-at-file.ts";
import type { HubAddress } from "./read-address.ts";

interface Found {
  /** As it is called now. */
  repo: string;
  /** The commit; where a mirror does not tell it, what was asked for. */
  revision: string;
  notes: string[];
}

export type HubFind =
  | ({ kind: "file"; file: HubFile } & Found)
  | ({ kind: "files"; files: HubFile[]; skipped: Skipped[] } & Found)
  | ServiceRefusal;

/** All questions about one address together: somebody waits for the answer, and gives up after a minute. */
const TIME_LIMIT_MS = 45_000;

export async function findHubFiles(
  address: HubAddress,
  patterns: Patterns,
  hub: Hub,
  signal: AbortSignal,
): Promise<HubFind> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const { shape } = address;
  if (shape === "folder") return findFolder(address, patterns, hub, stop);
  const found = await findFile(address, hub, stop);
  if (shape === "file" || found.kind !== "refused" || found.failure.code !== "not_found") return found;
  // `hf://org/repo/vae` may be a folder; if it is none, what was said of the file is right.
  const folder = await findFolder(address, patterns, hub, stop);
  return folder.kind === "refused" ? found : folder;
}

async function findFile(address: HubAddress, hub: Hub, signal: AbortSignal): Promise<HubFind> {
  const seen = await lookAtHubFile(address, hub, signal);
  if (seen.kind === "file") {
    const { repo, commit, file } = seen;
    const notes = [
      ...renamed(address.repo, repo),
      ...(commit === null
        ? [`${new URL(hub.endpoint).host} does not say which commit this is: it may change.`]
        : []),
    ];
    return { kind: "file", file, repo, revision: commit ?? address.revision ?? "main", notes };
  }
  // The queue is patient: whatever passes by itself must not keep a file out of it whose address is known.
  if (address.shape !== "file" || !seen.failure.retryable) return seen;
  const revision = address.revision ?? "main";
  const url = fileUrl(hub, address, revision, address.path);
  const note = `${seen.failure.message.replace(/\.$/, "")}: what the file is shows when it is fetched.`;
  const file = { path: address.path, url, size: null, checksum: null, blob: null };
  return { kind: "file", file, repo: address.repo, revision, notes: [note] };
}

async function findFolder(
  address: HubAddress,
  patterns: Patterns,
  hub: Hub,
  signal: AbortSignal,
): Promise<HubFind> {
  const facts = await readRepo(address, hub, signal);
  if (facts.kind === "refused") return facts;
  const { repo, commit, isGated } = facts;
  const list = await listFiles(address, facts, hub, signal);
  if (list.kind === "refused") return list;
  const isWanted = selectPaths(patterns);
  const files = list.files.filter(({ path }) => isWanted(path));
  const [first] = files;
  if (first === undefined) return nothingThere(address, list.files.length, hub);
  // Everybody may see what a gated repo has; who may fetch it shows at a file.
  const access = isGated
    ? await lookAtHubFile({ ...address, repo, revision: commit, path: first.path }, hub, signal)
    : null;
  if (access?.kind === "refused") return access;
  const notes = [
    ...renamed(address.repo, repo),
    ...(isGated ? [`${repo} is gated or private: HF_TOKEN is needed, and may read it.`] : []),
  ];
  return { kind: "files", files, skipped: list.skipped, repo, revision: commit, notes };
}

function renamed(before: string, now: string): string[] {
  return before === now ? [] : [`${before} is called ${now} now.`];
}

function nothingThere(address: HubAddress, count: number, hub: Hub): ServiceRefusal {
  const { repo, path } = address;
  const where = path === "" ? repo : `The folder ${JSON.stringify(path.slice(0, 200))} of ${repo}`;
  const page = pageOf(hub, address);
  const message = count === 0 ? `${where} has no files.` : `None of the ${count} files of ${repo} fits.`;
  const advice =
    count === 0
      ? `See what it has at ${page}.`
      : `Correct the patterns; see what it has at ${page}/tree/main.`;
  return { kind: "refused", failure: failure("not_found", message, { advice }), page };
}
