/** Files of a place's folders that no lock names: found, and removed where that was asked for. */
import { realpath, unlink } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { FileIndex } from "../../job/file-index-contract.ts";
import type { Hosts } from "../../job/host-contract.ts";
import type { LockPlan } from "../../job/lock-contract.ts";
import type { Away } from "./compare-away.ts";

export interface Extra {
  path: string;
  size: number;
  /** The folder of the lock it is in. */
  folder: string;
}

const PAGE = 1000;

export async function extraHere(
  { items, folders }: LockPlan,
  files: Pick<FileIndex, "list">,
): Promise<Extra[]> {
  const wanted = new Set(items.map(({ destination }) => destination));
  const extra: Extra[] = [];
  for (const { folder } of folders) {
    let after: string | null = null;
    do {
      const page = await files.list({ under: folder, after, limit: PAGE });
      for (const { path, size } of page.files) if (!wanted.has(path)) extra.push({ path, size, folder });
      after = page.next;
    } while (after !== null);
  }
  return extra;
}

/** Of the models folder alone: that is what a scan lists. */
export function extraAway({ items, folders }: LockPlan, { inventory }: Away): Extra[] {
  const { folder, files } = inventory;
  if (!folders.some((each) => each.folder === folder)) return [];
  const wanted = new Set(items.map(({ destination }) => destination));
  return files
    .map(({ path, bytes }) => ({ path: `${folder}/${path}`, size: bytes, folder }))
    .filter(({ path }) => !wanted.has(path));
}

/** Why a file was not removed; null: it is gone. A link on the way that leads out of the folder is not followed. */
export async function removeHere({ path, folder }: Extra): Promise<string | null> {
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(dirname(path))]);
    if (real !== root && !real.startsWith(`${root}/`)) return `its folder is a link to ${real}`;
    await unlink(`${real}/${basename(path)}`);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The same on an instance, all at once. Answers by path why a file stays. */
export async function removeAway(
  hostId: string,
  extra: readonly Extra[],
  hosts: Pick<Hosts, "removeAt">,
  signal: AbortSignal,
): Promise<Map<string, string | null>> {
  const [first] = extra;
  if (first === undefined) return new Map();
  const paths = extra.map(({ path }) => path);
  const answer = await hosts.removeAt(hostId, first.folder, paths, signal);
  const why = answer.kind === "failed" ? answer.failure.message : "the instance did not answer";
  return new Map(
    paths.map((path) => [
      path,
      answer.kind !== "removed"
        ? why
        : answer.removed.includes(path)
          ? null
          : "it could not be removed there",
    ]),
  );
}
