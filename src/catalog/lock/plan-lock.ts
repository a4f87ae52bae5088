/** Where the files of a lock go on a place, and the jobs that would fetch them. */
import { isAbsolute, join, posix, relative } from "node:path";
import type { Refusal } from "../../job/catalog-contract.ts";
import type { Checksum, JobDraft, Source, TransferStep } from "../../job/job.ts";
import type { LockEntry, LockFile, LockItem, LockPlan, LockRoot } from "../../job/lock-contract.ts";
import { contextAt } from "../plan-away.ts";
import { findTarget } from "../find-target.ts";
import { findSite } from "../plan-card-request.ts";
import { refuse, refuseOwnFolder, type PlanContext, type Site } from "../read-request.ts";
import type { Root } from "../resolve-inside.ts";
import { isBelow, resolveInside } from "../resolve-inside.ts";

export async function planLock(
  entries: readonly LockEntry[],
  to: string | null,
  base: PlanContext,
): Promise<LockPlan | Refusal> {
  const site = await findSite({ to }, base);
  if ("kind" in site) return site;
  if (site.folders !== undefined)
    return refuse(
      "to",
      "unsupported",
      "to must be this machine or an instance: what another machine has is not seen from here",
      "Ask the server of that machine.",
    );
  const context = contextAt(site, base);
  const roots = rootsOf(site, context);
  const items: LockItem[] = [];
  for (const entry of entries) items.push(await planEntry(entry, site, context, roots));
  const named = new Set(entries.map(({ root }) => root));
  const folders = roots
    .filter(({ root }) => named.has(root))
    .map(({ root, at }) => ({ root, folder: at.folder }));
  return { kind: "lock", place: site.place, items, folders };
}

/** The root of this machine that a file is in. */
export function locate(path: string, context: PlanContext): Pick<LockFile, "root" | "path"> {
  const [found] = rootsOf({ place: { kind: "node", name: context.node }, uiHome: context.uiHome }, context)
    .filter(({ at }) => isBelow(path, at.folder) && path !== at.folder)
    .toSorted((one, other) => other.at.folder.length - one.at.folder.length);
  return found === undefined
    ? { root: "absolute", path }
    : { root: found.root, path: relative(found.at.folder, path) };
}

function rootsOf({ place }: Site, context: PlanContext): { root: LockRoot; at: Root }[] {
  const { models, files, imagesFolder, uiHome } = context;
  const isAway = place.kind === "ssh";
  return [
    { root: "models", at: models },
    { root: "images", at: { folder: imagesFolder, called: "images folder", isAway } },
    {
      root: "files",
      at: isAway
        ? { folder: posix.join(uiHome, "downloads"), called: "downloads folder of the instance", isAway }
        : files,
    },
  ];
}

async function planEntry(
  entry: LockEntry,
  site: Site,
  context: PlanContext,
  roots: ReturnType<typeof rootsOf>,
): Promise<LockItem> {
  const placed = await place(entry, context, roots);
  if ("problem" in placed) return { entry, destination: null, draft: null, problem: placed.problem };
  const { folder, name } = placed;
  const own = refuseOwnFolder(folder, name, context);
  if (own !== null) return { entry, destination: null, draft: null, problem: own.failure.message };
  const draft = entry.url === null ? null : draftOf(entry, entry.url, site, folder, name);
  return { entry, destination: join(folder, name), draft, problem: null };
}

async function place(
  { root, path }: LockEntry,
  context: PlanContext,
  roots: ReturnType<typeof rootsOf>,
): Promise<{ folder: string; name: string } | { problem: string }> {
  const at = roots.find((each) => each.root === root)?.at;
  if (at === undefined || root === "models") {
    const target = await findTarget(
      isAbsolute(path) ? path : await context.models.placeOf(path),
      "http://host/",
      context,
    );
    if (target.kind === "refused") return { problem: target.failure.message };
    return target.name === null
      ? { problem: "path is a folder there" }
      : { folder: target.folder, name: target.name };
  }
  const inside = await resolveInside(at, path, "http://host/", "path");
  if (inside.kind === "refused") return { problem: inside.reason };
  return inside.isFolder || inside.name === null
    ? { problem: "path is a folder there" }
    : { folder: inside.folder, name: inside.name };
}

function draftOf(entry: LockEntry, url: string, { place: on }: Site, folder: string, name: string): JobDraft {
  const { size, sha256 } = entry;
  const checksum: Checksum | null =
    sha256 === null ? null : { algorithm: "sha256", hex: sha256, origin: "the lock file" };
  const step: TransferStep = {
    kind: "transfer",
    url,
    mirrors: [],
    folder,
    name,
    size,
    checksum,
    headers: {},
    // The lock says what has to be there.
    ifExists: "replace",
  };
  return {
    source: sourceOf(entry, url),
    place: on,
    steps: [step],
    name,
    destination: join(folder, name),
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
  };
}

/** So that what is written down of the file afterwards says the same again. */
function sourceOf({ source }: LockEntry, url: string): Source {
  const [, repo, revision, filepath] = /^hf:\/\/([^@]{1,300})@([^/]{1,100})\/(.+)$/.exec(source ?? "") ?? [];
  if (repo !== undefined && revision !== undefined && filepath !== undefined)
    return { kind: "huggingface", repo, revision, filepath };
  const version = /^civitai:\/\/(\d{1,15})$/.exec(source ?? "")?.[1];
  if (version !== undefined) return { kind: "civitai", versionId: Number(version), fileId: null };
  return { kind: "url", url };
}
