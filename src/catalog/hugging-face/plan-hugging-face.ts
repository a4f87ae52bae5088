/** A file, a folder or all of a repo on Hugging Face, asked for by its address there. */
import { join } from "node:path";
import type { PlanOutcome, Refusal } from "../../job/catalog-contract.ts";
import type { JobDraft, Source, TransferStep } from "../../job/job.ts";
import { findTarget, TargetFolder } from "../find-target.ts";
import { planMany } from "../plan-many.ts";
import {
  refuse,
  refuseElsewhere,
  refuseForMany,
  refuseOwnFolder,
  refusePatterns,
  type Asked,
} from "../read-request.ts";
import type { HubFind } from "./find-files.ts";
import { findHubFiles } from "./find-files.ts";
import { hasLogin } from "../ask-service.ts";
import type { Hub, HubFile } from "./hub.ts";
import { prefixOf } from "./hub.ts";
import type { HubAddress } from "./read-address.ts";
import { readHubAddress } from "./read-address.ts";

/** Null if the source names nothing on Hugging Face. */
export async function planHuggingFace(asked: Asked): Promise<PlanOutcome | null> {
  const { checked, site, context, signal } = asked;
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
  const elsewhere = refuseElsewhere(site);
  if (elsewhere !== null) return elsewhere;
  const { address } = reading;
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
  const wrong = refusePatterns(request) ?? refuseDisagreement(asked, file);
  if (wrong !== null) return wrong;
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

function draftOf(
  { checked: { request, mirrors }, context }: Asked,
  source: Source,
  { url, size, checksum }: HubFile,
  folder: string,
  name: string,
): JobDraft {
  const step: TransferStep = {
    kind: "transfer",
    url,
    mirrors: mirrors.filter((mirror) => mirror !== url),
    folder,
    name,
    size,
    checksum,
    headers: request.headers,
    ifExists: request.replace ? "replace" : "refuse",
  };
  return {
    source,
    place: { kind: "node", name: context.node },
    steps: [step],
    name,
    destination: join(folder, name),
    priority: request.priority,
    limitBytesPerSecond: request.limitBytesPerSecond,
    after: request.after,
  };
}

/** What a request says about the file must not differ from what Hugging Face says. */
function refuseDisagreement({ checked: { request, checksum } }: Asked, file: HubFile): Refusal | null {
  if (checksum !== null && file.checksum !== null && checksum.hex !== file.checksum.hex)
    return refuse("sha256", "checksum_mismatch", "sha256 is not the one Hugging Face has for this file");
  if (request.size !== null && file.size !== null && request.size !== file.size)
    return refuse("size", "size_mismatch", `size is not the one Hugging Face has, ${file.size} bytes`);
  return null;
}
