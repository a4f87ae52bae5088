/** Fields of the front matter → facts. Lenient: what can be understood is, with a remark where it was not plain. */
import type { CardFacts, CardRemark } from "../../job/card-contract.ts";
import type { Field } from "./read-front-matter.ts";

export interface ReadFacts {
  facts: CardFacts;
  remarks: CardRemark[];
}

interface Reading {
  /** By their names in small letters. */
  fields: ReadonlyMap<string, Field & { name: string }>;
  remarks: CardRemark[];
}

/** The names as cards are to write them. */
const NAMES = [
  "tags",
  "title",
  "version",
  "published",
  "size",
  "creator",
  "ecosystem",
  "basemodel",
  "type",
  "AIR",
  "image",
  "license",
  "url",
  "dependencies",
  "aliases",
  "sha256",
] as const;

/** @param fallbackTitle for a card that names none */
export function readFacts(fields: ReadonlyMap<string, Field>, fallbackTitle: string): ReadFacts {
  const reading: Reading = { fields: byName(fields), remarks: [] };
  for (const [name, { line }] of fields) {
    const meant = NAMES.find((each) => each.toLowerCase() === name.toLowerCase());
    if (meant !== undefined && meant !== name) remark(reading, line, `${name} is written ${meant}`);
  }
  const facts: CardFacts = {
    title: readText(reading, "title") ?? fallbackTitle,
    tags: readList(reading, "tags"),
    version: readText(reading, "version"),
    published: readDay(reading),
    size: readSize(reading),
    creator: readText(reading, "creator"),
    ecosystem: readText(reading, "ecosystem"),
    basemodel: readText(reading, "basemodel"),
    type: readText(reading, "type"),
    air: readAir(reading),
    image: readImage(reading),
    license: readText(reading, "license"),
    url: readUrl(reading),
    dependencies: readList(reading, "dependencies"),
    aliases: readList(reading, "aliases"),
    hashes: readHashes(reading),
  };
  return { facts, remarks: reading.remarks };
}

function byName(fields: ReadonlyMap<string, Field>): Reading["fields"] {
  const known = new Map<string, Field & { name: string }>();
  for (const [name, field] of fields) {
    const key = name.toLowerCase();
    // The spelling that is right wins over one that is not.
    const isRight = NAMES.some((each) => each === name);
    if (isRight || !known.has(key)) known.set(key, { ...field, name });
  }
  return known;
}

function remark(reading: Reading, line: number, message: string): void {
  reading.remarks.push({ line, message });
}

function fieldOf(reading: Reading, name: (typeof NAMES)[number]): (Field & { name: string }) | null {
  const field = reading.fields.get(name.toLowerCase());
  return field === undefined || field.value === null || field.value === "" ? null : field;
}

function readText(reading: Reading, name: (typeof NAMES)[number]): string | null {
  const field = fieldOf(reading, name);
  if (field === null) return null;
  const { value, line } = field;
  const text = scalar(value);
  if (text !== null) return text;
  const entries = Array.isArray(value) ? value.map(scalar).filter((entry) => entry !== null) : [];
  remark(reading, line, `${name} is to be text, it is ${Array.isArray(value) ? "a list" : "an object"}`);
  return entries.length === 0 ? null : entries.join(", ");
}

/** Text of what is not a list or an object, on one line; null if nothing is left. */
function scalar(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return null;
  const text = String(value).replaceAll(/\s+/g, " ").trim();
  return text === "" ? null : text;
}

/** A list, a single value, or text with commas. */
function readList(reading: Reading, name: "tags" | "dependencies" | "aliases"): string[] {
  const field = fieldOf(reading, name);
  if (field === null) return [];
  const { value, line } = field;
  if (Array.isArray(value)) {
    const entries = value.map(scalar);
    if (entries.includes(null))
      remark(reading, line, `${name} holds an entry that is no text, it is left out`);
    return [...new Set(entries.filter((entry) => entry !== null))];
  }
  const text = scalar(value);
  if (text === null) {
    remark(reading, line, `${name} is to be a list, it is an object`);
    return [];
  }
  if (text.includes(",")) remark(reading, line, `${name} is to be a list: [a, b]`);
  return [...new Set(text.split(",").map((entry) => entry.trim()))].filter((entry) => entry !== "");
}

const UNITS: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes; `4.7 GB` and `6_775_430` are understood. */
function readSize(reading: Reading): number | null {
  const field = fieldOf(reading, "size");
  if (field === null) return null;
  const { value, line } = field;
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  const bytes = parseBytes(String(value));
  if (bytes !== null) {
    remark(reading, line, `size is to be a number of bytes, ${String(value)} is taken for ${bytes}`);
    return bytes;
  }
  remark(reading, line, `size is to be a number of bytes, it is ${shown(value)}`);
  return null;
}

function parseBytes(text: string): number | null {
  const match = /^([\d_,]{1,20}(?:\.\d{1,6})?)\s{0,3}(?:([kmgt]i?)b?|b|bytes?)?$/i.exec(text);
  const [, digits = "", unit] = match ?? [];
  const number = Number(digits.replaceAll(/[_,]/g, ""));
  const bytes = unit === undefined ? number : Math.round(number * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  return match !== null && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

function readDay(reading: Reading): string | null {
  const text = readText(reading, "published");
  const line = reading.fields.get("published")?.line ?? 1;
  if (text === null) return null;
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(text)?.[1];
  const isDay = day !== undefined && !Number.isNaN(Date.parse(day));
  if (!isDay && !/^\d{4}(?:-\d{2})?$/.test(text))
    remark(reading, line, `published is to be a day like 2025-08-05, it is ${shown(text)}`);
  return isDay ? day : text;
}

/** `urn:air:{ecosystem}:{type}:{source}:{id}@{version}`, or a name of the author's own. */
function readAir(reading: Reading): string | null {
  const text = readText(reading, "AIR");
  if (text === null) return null;
  if (/^urn:/i.test(text) && !/^urn:air:[^\s:]+:[^\s:]+:[^\s:]+:\S+$/i.test(text))
    remark(
      reading,
      reading.fields.get("air")?.line ?? 1,
      "AIR is to look like urn:air:sdxl:lora:civitai:12345@67890",
    );
  return text;
}

function readImage(reading: Reading): string | null {
  const text = readText(reading, "image");
  if (text !== null && (text.split(/[/\\]/).includes("..") || text.startsWith("/")))
    remark(
      reading,
      reading.fields.get("image")?.line ?? 1,
      "image is to be a file below the folder of the cards",
    );
  return text;
}

function readUrl(reading: Reading): string | null {
  const text = readText(reading, "url");
  if (text !== null && !/^https?:\/\/\S+$/i.test(text))
    remark(reading, reading.fields.get("url")?.line ?? 1, `url is to be an http:// or https:// address`);
  return text;
}

/** One hash, or one for each file: `{model.safetensors: 9f86d0…}`. */
function readHashes(reading: Reading): CardFacts["hashes"] {
  const field = fieldOf(reading, "sha256");
  if (field === null) return [];
  const { value, line } = field;
  const entries: [string | null, unknown][] =
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : [[null, value]];
  return entries.flatMap(([file, hash]) => {
    const sha256 = String(hash).trim().toLowerCase();
    if (/^[0-9a-f]{64}$/.test(sha256)) return [{ file, sha256 }];
    const where = file === null ? "sha256" : `sha256 of ${shown(file)}`;
    remark(reading, line, `${where} is to be 64 hexadecimal digits`);
    return [];
  });
}

const MAX_SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value) ?? "";
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
