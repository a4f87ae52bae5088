/** Files of a repo as huggingface_hub would have brought them into its cache: one job for each that has bytes of its own. */
import { join } from "node:path";
import type { PlanOutcome, Refusal, Skipped } from "../../job/catalog-contract.ts";
import { refusePath } from "../../job/file-name.ts";
import type { JobDraft, Source } from "../../job/job.ts";
import type { Mark } from "../../job/linking.ts";
import { draftTransfer } from "../draft-transfer.ts";
import { refuse, type Asked } from "../read-request.ts";
import type { RepoInCache } from "./cache-layout.ts";
import { isCommit, refuseInSnapshot, repoInCache } from "./cache-layout.ts";
import type { HubFind } from "./find-files.ts";
import type { HubFile } from "./hub.ts";
import { prefixOf } from "./hub.ts";
import type { HubAddress } from "./read-address.ts";

/** Each job knows all names of the set, to tell whether it is whole: what is kept of a set grows with its square. */
const MAX_SET = 1000;

type Found = Exclude<HubFind, { kind: "refused" }>;

export function planCached(found: Found, address: HubAddress, asked: Asked): PlanOutcome {
  const refusal = refuseFound(found, address);
  if (refusal !== null) return refusal;
  const { repo, revision: commit, notes } = found;
  const files = found.kind === "file" ? [found.file] : found.files;
  const place = repoInCache(asked.context.hfCache, address, commit);
  const skipped: Skipped[] = found.kind === "file" ? [] : [...found.skipped];
  const groups = groupByBytes(files, skipped);
  const [first] = skipped;
  if (groups.size === 0)
    return refuse(
      "source",
      "path_refused",
      `source: no file can be placed: ${first?.what}: ${first?.reason}`,
    );
  const mark = markOf(place, address, commit, [...groups.values()].flat());
  const drafts = [...groups].map(([blob, group]): JobDraft => {
    const source: Source = {
      kind: "huggingface",
      repo: prefixOf(address.type) + repo,
      revision: commit,
      filepath: group[0].path,
    };
    return draftOf(asked, { source, blob, group, place, mark });
  });
  const [single] = drafts;
  if (found.kind === "file" && single !== undefined) return { kind: "planned", draft: single, notes };
  return {
    kind: "many",
    title: address.path === "" ? repo : `${repo}/${address.path}`,
    drafts,
    skipped,
    notes,
  };
}

/** What the layout leaves no choice of: said before anybody is asked. */
export function refuseChoices({ checked: { request }, site }: Asked): Refusal | null {
  if (site.place.kind !== "node" || site.folders !== undefined)
    return refuse(
      "to",
      "unsupported",
      "to must not be another place with layout, which is for this machine",
      "Leave one of the two out.",
    );
  return request.path === null
    ? null
    : refuse(
        "path",
        "unsupported",
        "path must not be given with layout, which says where files go",
        "Leave one of the two out.",
      );
}

/** What it needs to be told. */
function refuseFound(found: Found, { revision }: HubAddress): Refusal | null {
  const wrong = revision === null ? null : refusePath(revision, "the revision");
  if (wrong !== null) return refuse("source", "path_refused", `source: ${wrong}`, "Ask for its commit.");
  if (found.kind === "files" && found.files.length > MAX_SET)
    return refuse(
      "layout",
      "unsupported",
      `layout is for ${MAX_SET} files at a time, these are ${found.files.length}`,
      "Ask for folders one by one, or for some files with include.",
    );
  const unsaid = [
    ...(isCommit(found.revision) ? [] : ["the commit"]),
    ...(found.kind === "file" && found.file.blob === null ? ["the hash of the file"] : []),
  ];
  if (unsaid.length === 0) return null;
  const why = found.notes.length === 0 ? "" : ` (${found.notes.join(" ")})`;
  const message = `layout needs ${unsaid.join(" and ")}, which the server does not say${why}`;
  return refuse("layout", "unsupported", message, "Ask again later, or at huggingface.co itself.");
}

type Group = [HubFile, ...HubFile[]];

/** By the names of the bytes: files of the same bytes are links to one. What cannot be there is told. */
function groupByBytes(files: readonly HubFile[], skipped: Skipped[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const file of files) {
    const { path, blob } = file;
    const reason = blob === null ? "its hash is not known" : refuseInSnapshot(path);
    if (blob === null || reason !== null) {
      skipped.push({ what: path, reason: reason ?? "" });
      continue;
    }
    const group = groups.get(blob);
    if (group === undefined) groups.set(blob, [file]);
    else group.push(file);
  }
  return groups;
}

/** A commit is found by its own name. */
function markOf(
  { refs, snapshot }: RepoInCache,
  { revision }: HubAddress,
  commit: string,
  files: readonly HubFile[],
): Mark | null {
  const named = revision ?? "main";
  return named === commit
    ? null
    : { path: join(refs, named), text: commit, folder: snapshot, needs: files.map(({ path }) => path) };
}

interface Parts {
  source: Source;
  blob: string;
  group: Group;
  place: RepoInCache;
  mark: Mark | null;
}

function draftOf(asked: Asked, { source, blob, group, place, mark }: Parts): JobDraft {
  const [{ path, url, size, checksum }] = group;
  const { request, checksum: given } = asked.checked;
  const draft = draftTransfer(asked, {
    source,
    url,
    folder: place.blobs,
    name: blob,
    size: size ?? request.size,
    checksum: checksum ?? given,
    ifExists: "refuse",
  });
  const linking = { links: group.map((file) => join(place.snapshot, file.path)), mark };
  return {
    ...draft,
    // The file's own name is a hash, which tells people nothing.
    name: path.slice(path.lastIndexOf("/") + 1),
    steps: draft.steps.map((step) => (step.kind === "transfer" ? { ...step, linking } : step)),
  };
}
