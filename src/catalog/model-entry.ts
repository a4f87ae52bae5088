/** One entry of the model catalogue, checked. */
import { join } from "node:path";
import type { BadEntry, Model } from "../job/catalog-contract.ts";
import { hasControl } from "../job/file-name.ts";
import { afterRunOf } from "./after-run.ts";
import { readHttpUrl } from "./http-url.ts";
import type { DiskMemory } from "./disk-memory.ts";
import type { ModelPlaces } from "./model-places/model-places.ts";

/** Longest name and id; they stand in lists and messages. */
const MAX_NAME_LENGTH = 200;
const MAX_DESCRIPTION_LENGTH = 10_000;

export interface EntryKey {
  setId: string;
  modelId: string;
}

/** The model an entry describes, or why it describes none, with the field named. */
export async function readEntry(
  key: EntryKey,
  value: unknown,
  places: ModelPlaces,
  memory: DiskMemory,
): Promise<Model | BadEntry> {
  const bad = (reason: string): BadEntry => ({ ...key, reason });
  if (!isRecord(value)) return bad("the entry must be an object with name, url and path");
  const { name, url, path } = value;
  const refusal =
    refuseText(name, "name", MAX_NAME_LENGTH) ??
    readHttpUrl(url, "url").refusal ??
    refuseDescription(value["description"]) ??
    refuseSha256(value["sha256"]) ??
    refuseSize(value["size"]) ??
    (typeof path === "string" ? null : "path must be a text");
  if (refusal !== null) return bad(refusal);
  const place = await places.resolve(path as string, url as string, "path", memory);
  if (place.kind === "refused") return bad(place.reason);
  if (place.name === null) return bad("path names a folder, and the URL does not tell a file name");
  return {
    ...key,
    name: name as string,
    url: url as string,
    path: path as string,
    description: (value["description"] as string | undefined) ?? "",
    destination: join(place.folder, place.name),
    sha256: ((value["sha256"] as string | undefined) || null)?.toLowerCase() ?? null,
    size: (value["size"] as number | undefined) || null,
    ...afterRunOf(value),
  };
}

export function isBad(entry: Model | BadEntry): entry is BadEntry {
  return "reason" in entry;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Why a text may not be used as a name or id, or null. */
export function refuseText(value: unknown, field: string, max: number): string | null {
  if (typeof value !== "string") return `${field} must be a text`;
  if (value.trim() === "") return `${field} must not be empty`;
  if (value.length > max) return `${field} must be at most ${max} characters, it has ${value.length}`;
  return hasControl(value) ? `${field} must not hold control characters` : null;
}

function refuseDescription(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") return "description must be a text";
  return value.length > MAX_DESCRIPTION_LENGTH
    ? `description must be at most ${MAX_DESCRIPTION_LENGTH} characters, it has ${value.length}`
    : null;
}

/** Empty and null mean that nobody knows it: files written by hand leave the field like that. */
function refuseSha256(value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  return typeof value === "string" && /^[0-9a-fA-F]{64}$/.test(value)
    ? null
    : "sha256 must be 64 hexadecimal digits";
}

function refuseSize(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? null
    : "size must be a whole number of bytes";
}
