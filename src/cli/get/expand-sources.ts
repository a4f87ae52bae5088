/** What names files of a service (`hf://…`, `civitai://…`) among what is to be fetched → the files. */
import { dirname, join } from "node:path";
import type { CivitaiAddress } from "../../catalog/civitai/find-file.ts";
import { findCivitaiFile, headersFor } from "../../catalog/civitai/find-file.ts";
import { readCivitaiAddress } from "../../catalog/civitai/read-address.ts";
import type { AskedService } from "../../catalog/ask-service.ts";
import { hasLogin } from "../../catalog/ask-service.ts";
import { findHubFiles } from "../../catalog/hugging-face/find-files.ts";
import type { HubAddress } from "../../catalog/hugging-face/read-address.ts";
import { readHubAddress } from "../../catalog/hugging-face/read-address.ts";
import type { Patterns } from "../../catalog/match-patterns.ts";
import type { FetchDocument } from "../../job/document-contract.ts";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { refusePath, toFileName } from "../../job/file-name.ts";
import type { TransferStep } from "../../job/job.ts";
import type { GetItem } from "./expand-metalinks.ts";

export interface Services {
  huggingFace: { endpoint: string; hasToken: boolean };
  civitai: { endpoint: string; hasToken: boolean };
  fetch: FetchDocument;
  patterns: Patterns;
  /** A folder was asked for; else a repo goes into one of its own. */
  hasFolder: boolean;
}

export async function expandSources(
  step: TransferStep,
  services: Services,
  signal: AbortSignal,
): Promise<GetItem[]> {
  const { huggingFace, civitai } = services;
  const hub = readHubAddress(step.url, huggingFace.endpoint);
  if (hub.kind === "address") return expandHub(step, hub.address, services, signal);
  const address = hub.kind === "wrong" ? hub : readCivitaiAddress(step.url, civitai.endpoint);
  if (address.kind === "wrong") return fault(step, wrongAddress(address.reason));
  return address.kind === "other" ? [{ kind: "file", step }] : expandCivitai(step, address, services, signal);
}

async function expandHub(
  step: TransferStep,
  address: HubAddress,
  services: Services,
  signal: AbortSignal,
): Promise<GetItem[]> {
  const service = serviceOf("Hugging Face", services.huggingFace, step.headers, services);
  const found = await findHubFiles(address, services.patterns, service, signal);
  if (found.kind === "refused") return fault(step, found.failure);
  if (found.kind === "file") {
    const { path, ...file } = found.file;
    return [{ kind: "file", step: { ...known(step, file), name: step.name ?? lastOf(path) } }];
  }
  const { files, repo } = found;
  if (step.name !== null || step.checksum !== null) {
    const message = `${repo} is ${files.length} files: a name or a hash is for one.`;
    return fault(step, failure("unsupported", message, { advice: "Leave it out." }));
  }
  const folder = services.hasFolder ? step.folder : join(step.folder, lastOf(repo));
  const start = address.path === "" ? 0 : address.path.length + 1;
  return files.flatMap(({ path, ...file }) => place({ ...known(step, file), folder }, path.slice(start)));
}

async function expandCivitai(
  step: TransferStep,
  address: CivitaiAddress,
  services: Services,
  signal: AbortSignal,
): Promise<GetItem[]> {
  const headers = headersFor(address, step.headers);
  const service = serviceOf("Civitai", services.civitai, headers, services);
  const found = await findCivitaiFile<never>(address, service, signal, () => null);
  if (found.kind === "refused") return fault(step, found.failure);
  const { file, url } = found;
  const complete = known({ ...step, headers }, { url, size: file.bytes, checksum: file.checksum });
  return [{ kind: "file", step: { ...complete, name: step.name ?? toFileName(file.name) } }];
}

function serviceOf(
  called: AskedService["called"],
  { endpoint, hasToken }: { endpoint: string; hasToken: boolean },
  headers: Readonly<Record<string, string>>,
  { fetch }: Services,
): AskedService {
  return { called, endpoint, hasToken: hasToken || hasLogin(headers), fetch, headers };
}

function known(step: TransferStep, file: Pick<TransferStep, "url" | "size" | "checksum">): TransferStep {
  return { ...step, url: file.url, size: file.size, checksum: step.checksum ?? file.checksum };
}

/** A name of the service stays below the folder; what has none that can be used is left out, and said. */
function place(step: TransferStep, path: string): GetItem[] {
  // Every repo has some, for git.
  if (path.split("/").at(-1)?.startsWith(".git") === true) return [];
  const refusal = refusePath(path, "the name");
  if (refusal !== null)
    return fault(step, failure("path_refused", `A file of the repo was left out: ${refusal}.`));
  return [{ kind: "file", step: { ...step, folder: join(step.folder, dirname(path)), name: lastOf(path) } }];
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function wrongAddress(reason: string): Failure {
  return failure("unsupported", `The address ${reason}.`, { advice: "Copy it from the page of the file." });
}

function fault(step: TransferStep, why: Failure): GetItem[] {
  return [{ kind: "fault", step, failure: why }];
}
