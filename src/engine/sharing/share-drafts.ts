/** Which downloads of a group share their files, and with whom. */
import { createHash } from "node:crypto";
import type { GroupId } from "../../job/group.ts";
import type { JobDraft } from "../../job/job.ts";
import type { Node } from "../../job/node-contract.ts";
import type { SharingDraft } from "../../job/sharing/sharing-contract.ts";
import { SITE_LABEL } from "../../job/sharing/sharing-contract.ts";
import type { GroupPart } from "../engine-contract.ts";

export type SharingNode = Pick<Node, "name" | "labels" | "shareAddress">;

export interface SharedParts {
  parts: readonly GroupPart[];
  /** Who fetches for itself although sharing was asked for, and why: sentences. */
  notes: readonly string[];
}

/** Files that several machines of one site want, one of which at least gives files to others, are fetched once for it. */
export function shareDrafts(
  group: GroupId,
  parts: readonly GroupPart[],
  nodes: readonly SharingNode[],
): SharedParts {
  const asked = new Set(parts.flatMap(({ draft: { place } }) => (place.kind === "node" ? place.name : [])));
  const known = new Map(nodes.map((node) => [node.name, node]));
  const sites = sitesOf(nodes.filter(({ name }) => asked.has(name)));
  const shares = parts.map(({ draft }) => shareOf(group, draft, known, sites));
  const count = new Map<string, number>();
  for (const share of shares) if (share !== null) count.set(share.key, (count.get(share.key) ?? 0) + 1);
  return {
    parts: parts.map((part, index) => {
      const share = shares[index] ?? null;
      if (share === null || (count.get(share.key) ?? 0) < 2) return part;
      return { ...part, draft: { ...part.draft, sharing: share } };
    }),
    notes: notesOf(parts, known, sites),
  };
}

/** By name: whether any machine of it that the file is for gives files to others: only those have it. */
function sitesOf(nodes: readonly SharingNode[]): ReadonlyMap<string, boolean> {
  const sites = new Map<string, boolean>();
  for (const { labels, shareAddress = null } of nodes) {
    const site = labels[SITE_LABEL];
    if (site !== undefined) sites.set(site, sites.get(site) === true || shareAddress !== null);
  }
  return sites;
}

function shareOf(
  group: GroupId,
  draft: JobDraft,
  known: ReadonlyMap<string, SharingNode>,
  sites: ReadonlyMap<string, boolean>,
): SharingDraft | null {
  const { place } = draft;
  const file = fileOf(draft);
  if (place.kind !== "node" || file === null) return null;
  const site = known.get(place.name)?.labels[SITE_LABEL];
  if (site === undefined || sites.get(site) !== true) return null;
  const key = createHash("sha256")
    .update(JSON.stringify([site, file]))
    .digest("hex");
  return { key: `${group}:${key}`, site };
}

/** The same for all drafts that bring the same bytes and could share them; null: it fetches for itself. A hash. */
export function fileOf({ place, steps, after }: JobDraft): string | null {
  const [step, other] = steps;
  if (place.kind !== "node" || step?.kind !== "transfer" || other !== undefined || after !== null)
    return null;
  // What decides which bytes come; where they go to is each machine's own affair.
  const { url, mirrors, headers, checksum, size } = step;
  return createHash("sha256")
    .update(JSON.stringify([url, mirrors, headers, checksum, size]))
    .digest("hex");
}

function notesOf(
  parts: readonly GroupPart[],
  known: ReadonlyMap<string, SharingNode>,
  sites: ReadonlyMap<string, boolean>,
): string[] {
  const notes = new Set<string>();
  for (const { draft } of parts) {
    if (draft.place.kind !== "node") {
      notes.add("Instances fetch for themselves: files are shared among machines.");
      continue;
    }
    const { name } = draft.place;
    const site = known.get(name)?.labels[SITE_LABEL];
    if (site === undefined) notes.add(`${name} has no label 'site': it fetches for itself.`);
    else if (sites.get(site) !== true)
      notes.add(
        `None of these machines of site ${site} gives files to others (HAULYARD_SHARE_HOST): each fetches for itself.`,
      );
  }
  return [...notes];
}
