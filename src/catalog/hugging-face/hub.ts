/** Hugging Face, or a mirror of it: where things are there. */
import type { Checksum } from "../../job/job.ts";
import { redactUrl } from "../../job/redact.ts";
import type { AskedService } from "../ask-service.ts";
import type { HubAddress } from "./read-address.ts";

/** Headers are those a person gave for the source. */
export type Hub = AskedService;

export interface HubFile {
  /** In the repo. */
  path: string;
  /** Pinned to the commit, where one is known. */
  url: string;
  /** Bytes, or null. */
  size: number | null;
  checksum: Checksum | null;
  /** What huggingface_hub calls its bytes in the cache: their hash in large storage, else git's; null if unknown. */
  blob: string | null;
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
