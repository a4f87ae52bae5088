/** A tree of simplestreams, from its index on: every document once, however they name each other. */
import type { BadImageEntry, ImageEntry } from "../../../job/image-contract.ts";
import { unwrapSigned } from "../../../job/checksum/clearsigned.ts";
import { decodeText } from "../read-text.ts";
import type { ReadText } from "../read-text.ts";
import { formatOfDocument, parseIndex } from "./parse-index.ts";
import { parseProducts } from "./parse-products.ts";
import type { TreeSetting } from "./tree-setting.ts";

export interface Tree {
  entries: readonly ImageEntry[];
  bad: readonly BadImageEntry[];
}

/** Indexes may name indexes; no tree needs more documents than this. */
const MAX_DOCUMENTS = 50;
/** Ubuntu's largest has some ten million bytes. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
/** A tree is read again when it is older. Publishers build once a day at most. */
const FRESH_MS = 60 * 60_000;

export async function readTree(setting: TreeSetting, read: ReadText, signal: AbortSignal): Promise<Tree> {
  const entries = new Map<string, ImageEntry>();
  const bad: BadImageEntry[] = [];
  const waiting = [startOf(setting)];
  const seen = new Set(waiting);
  const base = rootOf(setting.url);
  for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
    const reading = await read(
      {
        url,
        maxBytes: MAX_DOCUMENT_BYTES,
        freshMs: FRESH_MS,
        signedBy: setting.signedBy,
        signatureUrl: null,
      },
      signal,
    );
    if (reading.kind === "aborted") break;
    if (reading.kind === "failed") {
      bad.push({ id: null, field: url, reason: `cannot be read: ${reading.failure.message}` });
      continue;
    }
    const document = parse(decodeText(reading.bytes));
    switch (formatOfDocument(document)) {
      case "index:1.0":
        for (const each of parseIndex(document, base).documents) {
          const next = setting.signedBy === null ? each : each.replace(/\.json$/, ".sjson");
          if (seen.has(next) || seen.size >= MAX_DOCUMENTS) continue;
          seen.add(next);
          waiting.push(next);
        }
        break;
      case "products:1.0": {
        const products = parseProducts(document, base, setting);
        for (const entry of products.entries) if (!entries.has(entry.id)) entries.set(entry.id, entry);
        bad.push(...products.bad.map((fault) => ({ ...fault, field: `${url}: ${fault.field}` })));
        break;
      }
      case null:
        bad.push({ id: null, field: url, reason: "must be a document index:1.0 or products:1.0" });
        break;
    }
  }
  return { entries: [...entries.values()], bad };
}

function startOf({ url, signedBy }: TreeSetting): string {
  if (/\.s?json$/.test(new URL(url).pathname)) return url;
  return new URL(signedBy === null ? "streams/v1/index.json" : "streams/v1/index.sjson", rootOf(url)).href;
}

/** Paths are relative to the root of the mirror, which holds `streams/`. */
function rootOf(address: string): string {
  const url = new URL(address);
  url.search = "";
  const streams = url.pathname.indexOf("/streams/");
  if (streams !== -1) url.pathname = url.pathname.slice(0, streams + 1);
  else if (/\.s?json$/.test(url.pathname)) url.pathname = url.pathname.replace(/[^/]*$/, "");
  else if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url.href;
}

function parse(text: string): unknown {
  try {
    // `.sjson` without a key: what is inside of the signature, which nobody checks.
    return JSON.parse(
      text.startsWith("-----BEGIN PGP") ? unwrapSigned(text.split("\n")).lines.join("\n") : text,
    );
  } catch {
    return null;
  }
}
