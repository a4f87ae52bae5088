/**
 * Where huggingface_hub keeps what it has (its guide "Understand caching"). Pure.
 *
 * `<cache>/models--org--name/`: the bytes in `blobs/<etag>`, their names in `snapshots/<commit>/<path>` as links to them,
 * and in `refs/<revision>` the commit that a branch or a tag is at.
 */
import { join } from "node:path";
import { refusePath } from "../../job/file-name.ts";
import type { HubAddress } from "./read-address.ts";

export interface RepoInCache {
  blobs: string;
  snapshot: string;
  refs: string;
}

/** @param repo as it was asked for: a program that asks by the old name of a renamed repo looks there */
export function repoInCache(
  cache: string,
  { type, repo }: Pick<HubAddress, "type" | "repo">,
  commit: string,
): RepoInCache {
  const folder = join(cache, [type, ...repo.split("/")].join("--"));
  return {
    blobs: join(folder, "blobs"),
    snapshot: join(folder, "snapshots", commit),
    refs: join(folder, "refs"),
  };
}

/** The hash that a tag (RFC 9110 §8.8.3) holds, which is the name of the bytes; null if it is none of git or LFS. */
export function blobNameOf(tag: string): string | null {
  const bare = tag.trim().replace(/^(?:W\/)?"(.*)"$/, "$1");
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(bare) ? bare : null;
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Why there can be no link of this name, or null. Names may begin with a dot there, as `.gitattributes` does. */
export function refuseInSnapshot(path: string): string | null {
  const parts = path.split("/").map((part) => (/^\.*$/.test(part) ? part : part.replace(/^\.+/, "_")));
  return refusePath(parts.join("/"), "the name");
}
