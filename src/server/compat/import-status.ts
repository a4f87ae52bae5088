/** Takes over the downloads of an old system's status file, once (CONTRACT §6). */
import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { failure } from "../../job/failure.ts";
import { refusePath } from "../../job/file-name.ts";
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { Model } from "../../job/catalog-contract.ts";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import { REDACTED, redactText, redactUrl } from "../../job/redact.ts";
import type { ServerParts } from "../parts.ts";
import { planModel } from "./plan-model.ts";
import { isForgotten, readEntry } from "./status-entry.ts";
import type { StatusEntry } from "./status-entry.ts";

/** How long the server of a file that is there already may take to say how large it is. */
const INSPECT_TIMEOUT_MS = 30_000;

type Parts = Pick<ServerParts, "engine" | "catalog" | "plan" | "inspect" | "clock" | "settings">;

/** What became of one entry. */
export type Imported =
  /** The store knows it now. */
  | { kind: "taken" }
  /** It was there too long. */
  | { kind: "forgotten" }
  /** It stays in the file as it is; a person may want to know why. */
  | { kind: "kept"; why: string };

/** Takes one entry over. Asks the network only about files that are said to be complete. */
export async function importEntry(
  destination: string,
  value: unknown,
  parts: Parts,
  signal: AbortSignal,
): Promise<Imported> {
  const entry = readEntry(destination, value);
  if ("refusal" in entry) return kept(entry.refusal);
  if (isForgotten(entry, parts.clock.now(), parts.settings.retentionMs)) return { kind: "forgotten" };
  const refusal = await refusePlace(destination, parts.settings);
  if (refusal !== null) return kept(refusal);
  if ((await parts.engine.findByDestination(destination)) !== null) return { kind: "taken" };
  const draft = await draftOf(destination, entry, parts);
  if (draft === null) return kept("its URL is not one that can be fetched");
  return takeOver(entry, draft, parts, signal);
}

async function takeOver(
  entry: StatusEntry,
  { draft, step }: Drafted,
  { engine, inspect }: Parts,
  signal: AbortSignal,
): Promise<Imported> {
  switch (entry.status) {
    case "starting":
    case "downloading":
      await engine.submit(draft);
      return { kind: "taken" };
    case "completed": {
      const existing = await inspect(
        step,
        AbortSignal.any([signal, AbortSignal.timeout(INSPECT_TIMEOUT_MS)]),
      );
      if (existing.kind === "absent") return kept("it is said to be complete, but there is no such file");
      if (existing.kind !== "whole")
        return kept("it is said to be complete, but that the file is whole could not be confirmed");
      await engine.submit(draft);
      return { kind: "taken" };
    }
    case "error": {
      const why =
        entry.error === undefined || entry.error === "" ? "It failed before." : redactText(entry.error);
      await engine.recordFailed(draft, failure("stopped", why));
      return { kind: "taken" };
    }
    default:
      throw entry.status satisfies never;
  }
}

interface Drafted {
  draft: JobDraft;
  step: TransferStep;
}

/** The job of an entry: that of the catalogue's model for this file if there is one, for it knows more. */
async function draftOf(destination: string, { url }: StatusEntry, parts: Parts): Promise<Drafted | null> {
  const model = await findModel(destination, url, parts.catalog);
  const planned = model === null ? null : await planModel(model, parts.plan);
  if (planned?.kind === "planned") return planned;
  // A URL that was written down without its secrets leads nowhere.
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url) || url.includes(REDACTED)) return null;
  const name = basename(destination);
  const step: TransferStep = {
    kind: "transfer",
    url,
    mirrors: [],
    folder: dirname(destination),
    name,
    size: null,
    checksum: null,
    headers: {},
    // The old system wrote under the final name.
    ifExists: "adopt",
  };
  const draft: JobDraft = {
    source: { kind: "url", url },
    place: { kind: "node", name: parts.engine.node },
    steps: [step],
    name,
    destination,
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
  };
  return { draft, step };
}

async function findModel(destination: string, url: string, catalog: Parts["catalog"]): Promise<Model | null> {
  try {
    const { models } = await catalog.read();
    const model = models.find((each) => each.destination === destination);
    // Where the entry has another URL than the catalogue by now, what lies there came from the entry's.
    return model !== undefined && (url === model.url || url === redactUrl(model.url)) ? model : null;
  } catch (error) {
    if (error instanceof CatalogueError) return null;
    throw error;
  }
}

/** Why a file may not be written there, or null: only the folders that downloads go to are open to a file's word. */
async function refusePlace(
  destination: string,
  { modelsDir, downloadsDir }: Parts["settings"],
): Promise<string | null> {
  if (resolve(destination) !== destination) return "the key must be a plain absolute path";
  for (const root of [modelsDir, downloadsDir].map((folder) => resolve(folder))) {
    const inside = relative(root, destination);
    if (inside === "" || inside === ".." || inside.startsWith("../")) continue;
    const refusal = refusePath(inside, "the path");
    if (refusal !== null) return refusal;
    // Beside the JSON files there: they are a way into the queue.
    if (root === resolve(downloadsDir) && !inside.includes("/"))
      return "it lies in the downloads folder itself";
    const real = relative(await realOf(root), await realOf(dirname(destination)));
    return real === ".." || real.startsWith("../") ? "a link on the way leads out of its folder" : null;
  }
  return "it lies outside of the models folder and the downloads folder";
}

/** The real path of a folder that may not exist yet: its nearest ancestor that exists decides. */
async function realOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT") || dirname(folder) === folder)
      throw error;
    return join(await realOf(dirname(folder)), basename(folder));
  }
}

function kept(why: string): Imported {
  return { kind: "kept", why };
}
