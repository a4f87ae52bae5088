/** Hugging Face, or a mirror of it: what it has, asked over HTTP. */
import type { DocumentAnswer, DocumentRequest, FetchDocument } from "../../job/document-contract.ts";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { Checksum } from "../../job/job.ts";
import { redactUrl } from "../../job/redact.ts";
import type { HubAddress } from "./read-address.ts";

export interface Hub {
  /** `HF_ENDPOINT`, without a slash at its end. */
  endpoint: string;
  /** A token goes along. */
  hasToken: boolean;
  fetch: FetchDocument;
  /** More headers, as a person gave them for the source. */
  headers: Readonly<Record<string, string>>;
}

export interface HubFile {
  /** In the repo. */
  path: string;
  /** Pinned to the commit, where one is known. */
  url: string;
  /** Bytes, or null. */
  size: number | null;
  checksum: Checksum | null;
}

/** What cannot be had, why, and where a person can do something about it. */
export interface HubRefusal {
  kind: "refused";
  failure: Failure;
  page: string | null;
}

/** The page of a repo, as people are told it. */
export function pageOf({ endpoint }: Hub, { type, repo }: Pick<HubAddress, "type" | "repo">): string {
  return `${redactUrl(endpoint)}/${prefixOf(type)}${repo}`;
}

/** `models` have none. */
export function prefixOf(type: HubAddress["type"]): string {
  return type === "models" ? "" : `${type}/`;
}

export function fileUrl(
  hub: Hub,
  address: Pick<HubAddress, "type" | "repo">,
  revision: string,
  path: string,
): string {
  const repo = `${hub.endpoint}/${prefixOf(address.type)}${address.repo}`;
  return `${repo}/resolve/${encodeURIComponent(revision)}/${encodePath(path)}`;
}

export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** An answer of the hub, or why there is none. */
export async function askHub(
  hub: Hub,
  request: Omit<DocumentRequest, "headers">,
  signal: AbortSignal,
): Promise<{ kind: "answer"; answer: DocumentAnswer } | HubRefusal> {
  const outcome = await hub.fetch({ ...request, headers: hub.headers }, signal);
  switch (outcome.kind) {
    case "answer":
      return outcome;
    case "failed":
      return { kind: "refused", failure: outcome.failure, page: null };
    case "aborted": {
      const { host } = new URL(hub.endpoint);
      return {
        kind: "refused",
        failure: failure("timed_out", `${host} did not answer in time.`),
        page: null,
      };
    }
    default:
      throw outcome satisfies never;
  }
}

/** Something else came than Hugging Face answers. */
export function strangeAnswer(hub: Hub, problem: string): HubRefusal {
  const { host } = new URL(hub.endpoint);
  const advice = "Check HF_ENDPOINT: it has to be Hugging Face or a mirror that answers as it does.";
  return {
    kind: "refused",
    failure: failure("wrong_content", `${host} ${problem}.`, { advice }),
    page: null,
  };
}
