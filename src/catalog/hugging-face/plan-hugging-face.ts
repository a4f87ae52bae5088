/** A file, a folder or all of a repo on Hugging Face, asked for by its address there. */
import type { PlanOutcome } from "../../job/catalog-contract.ts";
import type { JobDraft, Source } from "../../job/job.ts";
import { draftTransfer, refuseOtherFile } from "../draft-transfer.ts";
import { findTarget, TargetFolder } from "../find-target.ts";
import { planMany } from "../plan-many.ts";
import { refuse, refuseForMany, refuseOwnFolder, refusePatterns, type Asked } from "../read-request.ts";
import type { HubFind } from "./find-files.ts";
import { findHubFiles } from "./find-files.ts";
import { hasLogin } from "../ask-service.ts";
import type { Hub, HubFile } from "./hub.ts";
import { prefixOf } from "./hub.ts";
import { planCached, refuseChoices } from "./plan-cache.ts";
import type { HubAddress } from "./read-address.ts";
import { readHubAddress } from "./read-address.ts";

/** Null if the source names nothing on Hugging Face. */
export async function planHuggingFace(asked: Asked): Promise<PlanOutcome | null> {
  const { checked, context, signal } = asked;
  const { source, headers, include, exclude } = checked.request;
  const { endpoint, hasToken } = context.huggingFace;
  const reading = readHubAddress(source, endpoint);
  if (reading.kind === "other") return null;
  if (reading.kind === "wrong")
    return refuse(
      "source",
      "unsupported",
      `source ${reading.reason}`,
      "Copy the address from the page of the file.",
    );
  const { address } = reading;
  const refusal = checked.request.layout === null ? null : refuseChoices(asked);
  if (refusal !== null) return refusal;
  const hub: Hub = {
    called: "Hugging Face",
    endpoint,
    hasToken: hasToken || hasLogin(headers),
    fetch: context.fetch,
    headers,
  };
  const found = await findHubFiles(address, { include, exclude }, hub, signal);
  switch (found.kind) {
    case "refused":
      return { kind: "refused", field: "source", failure: found.failure, page: found.page };
    case "file":
      return planFile(found, address, asked);
    case "files":
      return planFiles(found, address, asked);
    default:
      throw found satisfies never;
  }
}

type FoundFile = Extract<HubFind, { kind: "file" }>;
type FoundFiles = Extract<HubFind, { kind: "files" }>;

async function planFile(found: FoundFile, address: HubAddress, asked: Asked): Promise<PlanOutcome> {
  const { checked, context } = asked;
  const { request, checksum } = checked;
  const { file, repo, revision, notes } = found;
  const wrong = refusePatterns(request) ?? refuseOtherFile(asked, file, "Hugging Face");
  if (wrong !== null) return wrong;
  if (request.layout !== null) return planCached(found, address, asked);
  const target = await findTarget(
    request.path ?? `${homeOf(address.type, repo)}/${file.path}`,
    file.url,
    context,
  );
  if (target.kind === "refused") return target;
  const { folder } = target;
  const name = target.name ?? lastOf(file.path);
  const own = refuseOwnFolder(folder, name, context);
  if (own !== null) return own;
  const source: Source = {
    kind: "huggingface",
    repo: prefixOf(address.type) + repo,
    revision,
    filepath: file.path,
  };
  const known = { ...file, size: file.size ?? request.size, checksum: file.checksum ?? checksum };
  return { kind: "planned", draft: draftOf(asked, source, known, folder, name), notes };
}

async function planFiles(found: FoundFiles, address: HubAddress, asked: Asked): Promise<PlanOutcome> {
  const { checked, context } = asked;
  const { request } = checked;
  const { files, repo, revision, notes, skipped } = found;
  const wrong = refuseForMany(checked);
  if (wrong !== null) return wrong;
  if (request.layout !== null) return planCached(found, address, asked);
  const target = await TargetFolder.open(request.path ?? homeOf(address.type, repo), context);
  if ("kind" in target) return target;
  // Below the folder that was asked for, as below the one that is asked for here.
  const start = request.path === null || address.path === "" ? 0 : address.path.length + 1;
  return planMany({
    title: address.path === "" ? repo : `${repo}/${address.path}`,
    notes,
    skipped,
    items: files.map((file) => ({ what: file.path, path: file.path.slice(start), file })),
    target,
    context,
    draft: ({ file }, folder, name) =>
      draftOf(
        asked,
        { kind: "huggingface", repo: prefixOf(address.type) + repo, revision, filepath: file.path },
        file,
        folder,
        name,
      ),
  });
}

/** In the downloads folder: repos of several owners have files of the same names. */
function homeOf(type: HubAddress["type"], repo: string): string {
  return prefixOf(type) + repo;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function draftOf(asked: Asked, source: Source, file: HubFile, folder: string, name: string): JobDraft {
  const { url, size, checksum } = file;
  return draftTransfer(asked, { source, url, folder, name, size, checksum, ifExists: "refuse" });
}
