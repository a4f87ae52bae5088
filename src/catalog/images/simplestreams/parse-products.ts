/** A document `products:1.0` of simplestreams → the newest image of each product. Pure. */
import { toFileName } from "../../../job/file-name.ts";
import { IMAGE_FORMATS } from "../../../job/image-contract.ts";
import type { BadImageEntry, ImageEntry, ImageFormat, ImageOs } from "../../../job/image-contract.ts";
import { refuseHex } from "../../../job/checksum/refuse-hex.ts";
import { isRecord } from "../../model-entry.ts";
import { isBuild } from "../build.ts";
import type { TreeSetting } from "./tree-setting.ts";

export interface Products {
  entries: readonly ImageEntry[];
  bad: readonly BadImageEntry[];
}

/** Ubuntu's trees have some thousand products, of which most have ended. */
const MAX_PRODUCTS = 50_000;
/** Items of one version: a dozen in Ubuntu's. */
const MAX_ITEMS = 200;

/** What trees call architectures → what machines say of themselves. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  arm64: "aarch64",
  i386: "i686",
  armhf: "armv7l",
  ppc64el: "ppc64le",
};

/** @param base root of the mirror, which paths are relative to; with `/` at its end */
export function parseProducts(document: unknown, base: string, setting: TreeSetting): Products {
  const entries = new Map<string, ImageEntry>();
  const bad: BadImageEntry[] = [];
  const products = isRecord(document) ? document["products"] : null;
  if (!isRecord(products))
    return { entries: [], bad: [{ id: null, field: "products", reason: "must be an object" }] };
  const names = Object.keys(products);
  if (names.length > MAX_PRODUCTS)
    bad.push({ id: null, field: "products", reason: `has more than ${MAX_PRODUCTS}, the rest is not read` });
  for (const name of names.slice(0, MAX_PRODUCTS)) {
    for (const outcome of readProduct(name, products[name], base, setting)) {
      if ("reason" in outcome) bad.push(outcome);
      else if (!entries.has(outcome.id)) entries.set(outcome.id, outcome);
    }
  }
  return { entries: [...entries.values()], bad };
}

function readProduct(
  name: string,
  product: unknown,
  base: string,
  setting: TreeSetting,
): (ImageEntry | BadImageEntry)[] {
  const at = `products.${name.slice(0, 200)}`;
  if (!isRecord(product)) return [{ id: null, field: at, reason: "must be an object" }];
  const architecture = textOf(product["arch"]) ?? "";
  if (setting.architectures !== null && !setting.architectures.includes(architecture)) return [];
  const { versions } = product;
  if (!isRecord(versions)) return [{ id: null, field: `${at}.versions`, reason: "must be an object" }];
  // "Version names sort as bytes": the last is the newest. One without images is being uploaded, or is of other things.
  for (const version of Object.keys(versions).sort(byBytes).reverse()) {
    const images = imagesOf(versions[version], setting);
    if (images.length === 0) continue;
    return images.map(([item, facts]) =>
      readItem({ name, product, version, item, facts, several: images.length > 1 }, base, setting),
    );
  }
  return [];
}

function imagesOf(version: unknown, { items }: TreeSetting): [string, Record<string, unknown>][] {
  const all = isRecord(version) && isRecord(version["items"]) ? Object.entries(version["items"]) : [];
  return all.slice(0, MAX_ITEMS).flatMap(([name, facts]): [string, Record<string, unknown>][] => {
    if (!isRecord(facts)) return [];
    const isWanted =
      items === null
        ? formatOf(textOf(facts["path"]) ?? "") !== null
        : items.includes(name) || items.includes(textOf(facts["ftype"]) ?? "");
    return isWanted ? [[name, facts]] : [];
  });
}

interface Item {
  name: string;
  product: Record<string, unknown>;
  version: string;
  item: string;
  facts: Record<string, unknown>;
  /** The version has other images, too. */
  several: boolean;
}

function readItem(found: Item, base: string, setting: TreeSetting): ImageEntry | BadImageEntry {
  const { name, product, version, item, facts } = found;
  const id = idOf(found, setting);
  if (id === null)
    return { id, field: `products.${name.slice(0, 200)}`, reason: "has no name that can be an id" };
  const path = textOf(facts["path"]) ?? "";
  const url = urlBelow(base, path);
  if (url === null)
    return { id, field: `items.${item.slice(0, 200)}.path`, reason: "must lead to a file of the mirror" };
  const fault = findFault(facts);
  if (fault !== null)
    return { id, field: `items.${item.slice(0, 200)}.${fault.field}`, reason: fault.reason };
  const sha256 = textOf(facts["sha256"]);
  const os = osOf(name, product);
  return {
    id,
    name: [capital(os.distribution), textOf(product["release_title"]) ?? os.version].join(" ").trim(),
    description: `${name}, ${item}`,
    url,
    checksum: sha256 === null ? null : { algorithm: "sha256", hex: sha256.toLowerCase() },
    checksumUrl: null,
    signedBy: null,
    signatureUrl: null,
    os,
    format: formatOf(path) ?? "img",
    sizeBytes: (facts["size"] as number | undefined) ?? null,
    latest: null,
    build: isBuild(version) ? version : null,
  };
}

interface Fault {
  field: string;
  reason: string;
}

function findFault(facts: Record<string, unknown>): Fault | null {
  const { sha256, size } = facts;
  if (sha256 !== undefined && (typeof sha256 !== "string" || refuseHex("sha256", sha256) !== null))
    return { field: "sha256", reason: "must be 64 hexadecimal digits" };
  const isSize = size === undefined || (Number.isSafeInteger(size) && (size as number) >= 0);
  return isSize ? null : { field: "size", reason: "must be a whole number of bytes" };
}

function osOf(name: string, product: Record<string, unknown>): ImageOs {
  const architecture = textOf(product["arch"]) ?? "";
  return {
    family: "linux",
    distribution: (textOf(product["os"]) ?? name.split(":")[0] ?? "").toLowerCase(),
    version: textOf(product["version"]) ?? textOf(product["release"]) ?? "",
    architecture: ARCHITECTURES[architecture] ?? architecture,
    defaultUser: null,
  };
}

/** `com.ubuntu.cloud:server:24.04:amd64` → `server-24.04-amd64`, behind the prefix of the tree. */
function idOf({ name, item, several }: Item, { prefix }: TreeSetting): string | null {
  const [publisher = "", ...rest] = name.split(":");
  const words = rest.length === 0 ? [publisher] : rest;
  const id = (prefix + [...words, ...(several ? [item] : [])].join("-")).replace(/[^A-Za-z0-9._+-]+/g, "-");
  return /^[A-Za-z0-9]/.test(id) && id.length <= 100 && toFileName(id) === id ? id : null;
}

/** Null for what would leave the mirror: another host, or a folder above its root. */
function urlBelow(base: string, path: string): string | null {
  if (path === "" || path.endsWith("/") || !URL.canParse(path, base)) return null;
  const url = new URL(path, base);
  url.hash = "";
  return url.href.startsWith(base) && url.href.length <= 8192 ? url.href : null;
}

function formatOf(path: string): ImageFormat | null {
  const ending = /\.([a-z0-9]+)(?:\.(?:xz|gz|bz2|zst))?$/i.exec(path)?.[1]?.toLowerCase();
  return IMAGE_FORMATS.find((format) => format === ending) ?? null;
}

/** A text of the document, if it is one that can be shown. */
function textOf(value: unknown): string | null {
  return typeof value === "string" && value.length <= 1000 && toFileName(value) !== null
    ? value.replace(/\p{C}/gu, "")
    : null;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
