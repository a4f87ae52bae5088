/** What Civitai says of a version of a model: read with care, complained about by field. Pure. */
import type { Checksum } from "../../job/job.ts";
import { isRecord, kindOf } from "../read-json.ts";

export interface CivitaiFile {
  id: number;
  name: string;
  /** `Model`, `Pruned Model`, `VAE`, `Config`, `Training Data`, … */
  type: string;
  format: string | null;
  size: string | null;
  fp: string | null;
  /** Exact, or null: Civitai tells sizes in KB, rounded now and then. */
  bytes: number | null;
  checksum: Checksum | null;
  isPrimary: boolean;
  /** Path and query of the address it is downloaded from; null where none is given. */
  download: string | null;
}

export interface CivitaiVersion {
  id: number;
  modelId: number;
  name: string;
  modelName: string;
  /** `Checkpoint`, `LORA`, … */
  modelType: string;
  /** `Archived`, `TakenDown`, or null. */
  mode: string | null;
  /** Epoch milliseconds; null: everybody may have it. */
  earlyAccessEndsAt: number | null;
  files: CivitaiFile[];
  /** Files that cannot be understood, and why. */
  skipped: { what: string; reason: string }[];
  /** Address of the first picture of it. */
  preview: string | null;
}

export type VersionReading =
  | { kind: "version"; version: CivitaiVersion }
  | { kind: "strange"; problem: string };

/** More files than any version has. */
const MAX_FILES = 500;

export function readVersion(value: unknown): VersionReading {
  if (!isRecord(value)) return strange("", "an object", value);
  const { id, modelId, name, model, files, images } = value;
  if (!isId(id)) return strange("id", "a number above 0", id);
  if (!isId(modelId)) return strange("modelId", "a number above 0", modelId);
  if (!isRecord(model)) return strange("model", "an object", model);
  if (typeof model["type"] !== "string") return strange("model.type", "a text", model["type"]);
  if (!Array.isArray(files)) return strange("files", "a list", files);
  if (files.length > MAX_FILES)
    return { kind: "strange", problem: `sent a version of ${files.length} files` };
  const readings = (files as unknown[]).map(readFile);
  const ends = value["earlyAccessEndsAt"];
  return {
    kind: "version",
    version: {
      id,
      modelId,
      name: textOr(name, `version ${id}`),
      modelName: textOr(model["name"], `model ${modelId}`),
      modelType: model["type"],
      mode: typeof model["mode"] === "string" ? model["mode"] : null,
      earlyAccessEndsAt: typeof ends === "string" ? timeOf(ends) : null,
      files: readings.filter((each) => "id" in each),
      skipped: readings.filter((each) => "reason" in each),
      preview: Array.isArray(images) ? previewIn(images) : null,
    },
  };
}

function readFile(value: unknown, index: number): CivitaiFile | { what: string; reason: string } {
  const wrong = (field: string, expected: string, came: unknown): { what: string; reason: string } => ({
    what:
      isRecord(value) && typeof value["name"] === "string" ? value["name"].slice(0, 200) : `files[${index}]`,
    reason: `${field === "" ? "" : `${field} `}must be ${expected}, got ${kindOf(came)}`,
  });
  if (!isRecord(value)) return wrong("", "an object", value);
  const { id, name, type, sizeKB, hashes, primary, downloadUrl } = value;
  const metadata = isRecord(value["metadata"]) ? value["metadata"] : {};
  if (!isId(id)) return wrong("id", "a number above 0", id);
  if (typeof name !== "string" || name === "") return wrong("name", "a text", name);
  if (hashes !== undefined && hashes !== null && !isRecord(hashes))
    return wrong("hashes", "an object", hashes);
  const checksum = checksumIn(isRecord(hashes) ? hashes : {});
  if (checksum === "wrong")
    return wrong("hashes.SHA256", "64 hexadecimal digits", (hashes as Record<string, unknown>)["SHA256"]);
  return {
    id,
    name,
    type: textOr(type, "Model"),
    format: textOr(metadata["format"], null),
    size: textOr(metadata["size"], null),
    fp: textOr(metadata["fp"], null),
    bytes: bytesOf(sizeKB),
    checksum,
    isPrimary: primary === true,
    download: downloadPath(downloadUrl),
  };
}

function checksumIn({
  SHA256: sha256,
  BLAKE3: blake3,
}: Readonly<Record<string, unknown>>): Checksum | null | "wrong" {
  const origin = "Civitai";
  if (sha256 !== undefined && sha256 !== null)
    return isHex(sha256) ? { algorithm: "sha256", hex: sha256.toLowerCase(), origin } : "wrong";
  return isHex(blake3) ? { algorithm: "blake3", hex: blake3.toLowerCase(), origin } : null;
}

function isHex(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/i.test(value);
}

/** The fraction a whole number of bytes leaves in KB is told to nine digits or more. */
function bytesOf(sizeKB: unknown): number | null {
  if (typeof sizeKB !== "number" || !(sizeKB >= 0)) return null;
  const bytes = Math.round(sizeKB * 1024);
  return Number.isSafeInteger(bytes) && Math.abs(bytes - sizeKB * 1024) < 0.01 ? bytes : null;
}

/** Only the path counts: the host is that of the endpoint, whatever the answer says, and so is who gets the key. */
function downloadPath(value: unknown): string | null {
  if (typeof value !== "string" || !URL.canParse(value)) return null;
  const { pathname, search } = new URL(value);
  return /^\/api\/download\/[\w/-]+$/.test(pathname) ? pathname + search : null;
}

function previewIn(images: readonly unknown[]): string | null {
  for (const image of images) {
    if (!isRecord(image) || typeof image["url"] !== "string") continue;
    const isPicture = image["type"] === undefined || image["type"] === "image";
    if (isPicture && /^https?:\/\//i.test(image["url"]) && URL.canParse(image["url"])) return image["url"];
  }
  return null;
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function textOr<T extends string | null>(value: unknown, other: T): string | T {
  return typeof value === "string" && value.trim() !== "" ? value : other;
}

function timeOf(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function strange(field: string, expected: string, came: unknown): VersionReading {
  const where = field === "" ? "the version" : field;
  return {
    kind: "strange",
    problem: `sent a version in which ${where} must be ${expected}, got ${kindOf(came)}`,
  };
}
