/** One entry of an image catalogue, checked field by field: what is wrong is said of each, not of the first alone. */
import { dirname, resolve } from "node:path";
import { refuseHex } from "../../job/checksum/refuse-hex.ts";
import { hasControl } from "../../job/file-name.ts";
import { IMAGE_FORMATS } from "../../job/image-contract.ts";
import type {
  BadImageEntry,
  ImageEntry,
  ImageFormat,
  ImageOs,
  LatestRule,
} from "../../job/image-contract.ts";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import { readHttpUrl } from "../http-url.ts";
import { isRecord } from "../model-entry.ts";
import { BUILD, isBuild } from "./build.ts";

/** Longest name, version and the like; they stand in lists and messages. */
const MAX_TEXT_LENGTH = 200;
const MAX_DESCRIPTION_LENGTH = 10_000;
/** Files are called after it, and it stands in addresses. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/;
/** What entries may name: CONTRACT §6. */
const ALGORITHMS = ["md5", "sha1", "sha256", "sha512"] as const satisfies readonly ChecksumAlgorithm[];
const BY_DIGITS: Readonly<Record<number, (typeof ALGORITHMS)[number]>> = {
  32: "md5",
  40: "sha1",
  64: "sha256",
  128: "sha512",
};

export type EntryReading = { entry: ImageEntry } | { faults: BadImageEntry[] };

/** @param file of the catalogue: paths in it are relative to its folder */
export function readImageEntry(value: unknown, file: string): EntryReading {
  if (!isRecord(value)) return { faults: [{ id: null, field: "", reason: "must be an object" }] };
  const form = new Form(value);
  const id = form.text("id", refuseId);
  const checksum = readChecksum(form);
  const entry: ImageEntry = {
    id,
    name: form.text("name"),
    description: form.optional("description", (of) => form.text(of, undefined, MAX_DESCRIPTION_LENGTH)) ?? "",
    url: form.url("url"),
    checksum,
    checksumUrl: form.optional("checksum_url", (of) => form.url(of)),
    signedBy: form.optional("signed_by", (of) => resolve(dirname(file), form.text(of, undefined, 4096))),
    signatureUrl: form.optional("signature_url", (of) => form.url(of)),
    os: readOs(form.inner("os")),
    format: form.choice<ImageFormat>("format", IMAGE_FORMATS),
    sizeBytes: form.optional("size_bytes", (of) => form.count(of)),
    latest: form.optional("latest", (of) => readLatest(form.inner(of))),
    build: form.optional("build", (of) => form.text(of, refuseBuild)),
  };
  refuseHalves(entry, form);
  if (form.faults.length === 0) return { entry };
  const known = ID.test(id) ? id : null;
  return { faults: form.faults.map((fault) => ({ id: known, ...fault })) };
}

/** Whether a word can be the id of an image. */
export function isImageId(word: string): boolean {
  return ID.test(word);
}

function refuseId(id: string): string | null {
  return ID.test(id)
    ? null
    : "must be letters, digits and . _ + -, begin with a letter or digit, and have at most 100 characters";
}

function refuseBuild(build: string): string | null {
  return isBuild(build) ? null : "must be digits and . _ -, and begin with a digit";
}

function refuseHalves({ signedBy, signatureUrl, checksumUrl, latest }: ImageEntry, form: Form): void {
  const hasList = checksumUrl !== null || (latest?.checksumUrl ?? null) !== null;
  if (signedBy !== null && !hasList)
    form.refuse("signed_by", "needs a checksum_url: the list is what is signed");
  const hasSignature = signatureUrl !== null || (latest?.signatureUrl ?? null) !== null;
  if (hasSignature && signedBy === null) form.refuse("signature_url", "needs signed_by, the file of the key");
}

function readChecksum(form: Form): ImageEntry["checksum"] {
  const before = form.faults.length;
  const algorithm = form.optional("checksum_type", (of) => form.choice(of, ALGORITHMS));
  if (form.faults.length > before) return null;
  const hex = form.optional("checksum", (of) => form.text(of));
  if (hex === null) return null;
  const known = algorithm ?? BY_DIGITS[hex.length];
  if (known === undefined || refuseHex(known, hex) !== null) {
    const wanted = algorithm === null ? "md5, sha1, sha256 or sha512" : algorithm;
    form.refuse("checksum", `must be the hexadecimal digits of a hash: ${wanted}`);
    return null;
  }
  return { algorithm: known, hex: hex.toLowerCase() };
}

function readOs(os: Form): ImageOs {
  return {
    family: os.text("family"),
    distribution: os.text("distribution"),
    version: os.text("version"),
    architecture: os.text("architecture"),
    defaultUser: os.optional("default_user", (of) => os.text(of)),
  };
}

function readLatest(rule: Form): LatestRule {
  const once = (text: string): string | null =>
    text.split(BUILD).length === 2 ? null : `must hold ${BUILD} once`;
  const some = (text: string): string | null =>
    text.includes(BUILD) ? null : `must hold ${BUILD} where the build stands`;
  return {
    list: rule.url("list"),
    match: rule.text("match", once),
    url: rule.url("url", some),
    checksumUrl: rule.optional("checksum_url", (of) => rule.url(of)),
    signatureUrl: rule.optional("signature_url", (of) => rule.url(of)),
  };
}

/** The fields of an object, and what is wrong with them. A field that is wrong reads as something harmless. */
class Form {
  readonly faults: { field: string; reason: string }[];
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(fields: Readonly<Record<string, unknown>>, path = "", faults: Form["faults"] = []) {
    this.#fields = fields;
    this.#path = path;
    this.faults = faults;
  }

  refuse(field: string, reason: string): void {
    this.faults.push({ field: this.#path + field, reason });
  }

  /** Null, and not read, where the field is left out, null or an empty text. */
  optional<T>(field: string, read: (field: string) => T): T | null {
    const value = this.#of(field);
    return value === undefined || value === null || value === "" ? null : read(field);
  }

  text(field: string, refuse?: (text: string) => string | null, most = MAX_TEXT_LENGTH): string {
    const value = this.#of(field);
    // YAML reads 24.04 and 2024 as numbers, and people mean the text.
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text !== "string") return this.#wrong(field, "must be a text");
    if (text.trim() === "") return this.#wrong(field, "must not be empty");
    if (text.length > most)
      return this.#wrong(field, `must be at most ${most} characters, it has ${text.length}`);
    const reason = hasControl(text.replace(/[\n\t]/g, " "))
      ? "must not hold control characters"
      : refuse?.(text);
    return reason === null || reason === undefined ? text : this.#wrong(field, reason);
  }

  url(field: string, refuse?: (text: string) => string | null): string {
    const { url, refusal } = readHttpUrl(this.#of(field), "");
    if (url === null) return this.#wrong(field, refusal.trimStart());
    const reason = refuse?.(url) ?? null;
    return reason === null ? url : this.#wrong(field, reason);
  }

  choice<const C extends string>(field: string, choices: readonly C[]): C {
    const found = choices.find((word) => word === this.#of(field));
    if (found === undefined) this.refuse(field, `must be one of ${choices.join(", ")}`);
    return found ?? (choices[0] as C);
  }

  count(field: string): number | null {
    const value = this.#of(field);
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    this.refuse(field, "must be a whole number of bytes");
    return null;
  }

  inner(field: string): Form {
    const value = this.#of(field);
    if (isRecord(value)) return new Form(value, `${this.#path}${field}.`, this.faults);
    this.refuse(field, "must be an object");
    // What is missing in it is not said again, field by field.
    return new Form({}, "", []);
  }

  #of(field: string): unknown {
    return Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
  }

  #wrong(field: string, reason: string): string {
    this.refuse(field, reason);
    return "";
  }
}
