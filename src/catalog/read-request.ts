/** The parts of a request that mean the same for every kind of source. */
import { join } from "node:path";
import type {
  CardPlanner,
  JobRequest,
  ModelCatalogStore,
  PlanOutcome,
  Refusal,
} from "../job/catalog-contract.ts";
import { failure, type FailureCode } from "../job/failure.ts";
import type { Hosts } from "../job/host-contract.ts";
import type { ImageLibrary } from "../job/image-contract.ts";
import type { Checksum, Place } from "../job/job.ts";
import type { Node } from "../job/node-contract.ts";
import type { LookAtFile } from "../job/transfer-contract.ts";
import type { FetchDocument } from "../job/document-contract.ts";
import type { ModelRoots } from "./model-places/model-places.ts";
import type { ReadListedModels } from "./manager/manager-list.ts";
import { refuseHeaders } from "./request-headers.ts";
import { readHttpUrl } from "./http-url.ts";
import type { Root } from "./resolve-inside.ts";

export interface PlanContext {
  node: string;
  /** All machines that share the queue. */
  nodes: () => Promise<readonly OtherNode[]>;
  models: ModelRoots;
  /** Where files asked for by URL go. */
  files: Root;
  /** The folder of the JSON files, which no download may write to; null where there is none. */
  downloadsDir: string | null;
  catalog: Pick<ModelCatalogStore, "read">;
  images: Pick<ImageLibrary, "catalogue" | "resolve">;
  imagesFolder: string;
  /** Asks the server of a file what it is. */
  look: LookAtFile;
  cards: CardPlanner;
  hosts: Pick<Hosts, "find" | "uiHomeOf" | "scan">;
  /** What `$UI_HOME` is on this machine. */
  uiHome: string;
  /** What ComfyUI-Manager knows, where that is on this machine. */
  listedModels: ReadListedModels;
  fetch: FetchDocument;
  huggingFace: Service;
  /** Folder of Hugging Face's own cache. */
  hfCache: string;
  civitai: Service;
}

/** A service that has files, as the settings tell of it. */
export interface Service {
  /** Its address or that of a mirror, without a slash at its end. */
  endpoint: string;
  /** A token for it is set; it goes along by itself. */
  hasToken: boolean;
}

/** Where a job is to run. */
export interface Site {
  place: Place;
  /** What `$UI_HOME` is there. */
  uiHome: string;
  /** The folders of a machine that is not this one. */
  folders?: OtherNode["folders"];
}

/** Another machine that shares the queue, with what is on its disk. */
export type OtherNode = Pick<Node, "name" | "folders">;

/** All that a source is planned by. */
export interface Asked {
  checked: CheckedRequest;
  site: Site;
  context: PlanContext;
  signal: AbortSignal;
}

/** Plans a source of one kind; null if it is none of that kind. */
export type PlanSource = (asked: Asked) => Promise<PlanOutcome | null>;

export interface CheckedRequest {
  kind: "checked";
  request: JobRequest;
  mirrors: readonly string[];
  checksum: Checksum | null;
}

export function readRequest(request: JobRequest): CheckedRequest | Refusal {
  const header = refuseHeaders(request.headers);
  if (header !== null)
    return refuse(header.field, "unsupported", header.reason, "Leave this header out or correct it.");
  const mirrors: string[] = [];
  for (const [index, mirror] of request.mirrors.entries()) {
    const { url, refusal } = readHttpUrl(mirror, `mirrors.${index}`);
    if (url === null) return refuse(`mirrors.${index}`, "unsupported", refusal);
    mirrors.push(url);
  }
  const { sha256, size } = request;
  if (sha256 !== null && !/^[0-9a-fA-F]{64}$/.test(sha256))
    return refuse(
      "sha256",
      "unsupported",
      "sha256 must be 64 hexadecimal digits",
      "Copy the whole hash, or leave it out.",
    );
  if (size !== null && !(Number.isSafeInteger(size) && size >= 0))
    return refuse("size", "unsupported", "size must be a whole number of bytes", "Leave the size out.");
  return {
    kind: "checked",
    request,
    mirrors: [...new Set(mirrors)],
    checksum: sha256 === null ? null : { algorithm: "sha256", hex: sha256.toLowerCase(), origin: "request" },
  };
}

export function refuse(field: string, code: FailureCode, message: string, advice?: string): Refusal {
  return { kind: "refused", field, failure: failure(code, message, advice === undefined ? {} : { advice }) };
}

/**
 * Only where the models folder holds the downloads folder, or is it: a file there could be taken for one of
 * the JSON files that are a way into the queue.
 */
export function refuseOwnFolder(
  folder: string,
  name: string | null,
  { downloadsDir }: PlanContext,
): Refusal | null {
  if (downloadsDir === null) return null;
  return folder === downloadsDir || (name !== null && join(folder, name) === downloadsDir)
    ? refuse(
        "path",
        "path_refused",
        `path must not be in the folder of Haulyard's own files (${downloadsDir})`,
      )
    : null;
}

/** What says how one file is fetched means nothing where there are many. */
export function refuseForMany({ request }: CheckedRequest): Refusal | null {
  const { sha256, size, mirrors } = request;
  const given = [
    ["sha256", sha256 !== null],
    ["size", size !== null],
    ["mirrors", mirrors.length > 0],
  ] as const;
  const field = given.find(([, isGiven]) => isGiven)?.[0];
  return field === undefined
    ? null
    : refuse(field, "unsupported", `${field} is for one file, this source is many`, "Leave it out.");
}

/** There is nothing to choose from where there is one file. */
export function refusePatterns({ include, exclude }: JobRequest): Refusal | null {
  const field = include.length > 0 ? "include" : exclude.length > 0 ? "exclude" : null;
  return field === null
    ? null
    : refuse(field, "unsupported", `${field} is for sources of many files, this is one`, "Leave it out.");
}
