/** The text of an image catalogue (CONTRACT §6), JSON or YAML → what is in it. Pure. */
import { LineCounter, parseDocument } from "yaml";
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { BadImageEntry, ImageEntry } from "../../job/image-contract.ts";
import { parseJson } from "../json-document.ts";
import { isRecord } from "../model-entry.ts";
import { readImageEntry } from "./read-image-entry.ts";
import { readTreeSetting } from "./simplestreams/tree-setting.ts";
import type { TreeSetting } from "./simplestreams/tree-setting.ts";

export interface CatalogueFile {
  entries: readonly ImageEntry[];
  bad: readonly BadImageEntry[];
  trees: readonly TreeSetting[];
  /** The built-in images are meant, too. */
  builtIn: boolean;
}

/** Ten times what anybody has. */
const MAX_ENTRIES = 100_000;
/** `&a` and `*a`: entries that share their lines are fine, lists of lists of lists are not. */
const MAX_ALIASES = 10_000;

/** @throws CatalogueError if the file as a whole is of no use */
export function readImageCatalogue(text: string, file: string): CatalogueFile {
  const value = isJson(text, file) ? parseAsJson(text, file) : parseAsYaml(text, file);
  if (!isRecord(value)) throw new CatalogueError(file, "must be an object with a list of images");
  const { images = [], simplestreams = [], built_in: builtIn = false } = value;
  if (!Array.isArray(images)) throw new CatalogueError(file, "images must be a list");
  if (images.length > MAX_ENTRIES)
    throw new CatalogueError(
      file,
      `images must have at most ${MAX_ENTRIES} entries, there are ${images.length}`,
    );
  if (!Array.isArray(simplestreams)) throw new CatalogueError(file, "simplestreams must be a list");
  if (typeof builtIn !== "boolean") throw new CatalogueError(file, "built_in must be true or false");
  if (!("images" in value || "simplestreams" in value || "built_in" in value))
    throw new CatalogueError(file, "has neither images nor simplestreams");
  const { entries, bad } = readEntries(images, file);
  const trees = simplestreams.map((each, index) => readTreeSetting(each, index, file));
  return {
    entries,
    bad: [...bad, ...trees.flatMap((tree) => ("faults" in tree ? tree.faults : []))],
    trees: trees.flatMap((tree) => ("setting" in tree ? [tree.setting] : [])),
    builtIn,
  };
}

function readEntries(images: readonly unknown[], file: string): Pick<CatalogueFile, "entries" | "bad"> {
  const entries = new Map<string, ImageEntry>();
  const bad: BadImageEntry[] = [];
  for (const [index, value] of images.entries()) {
    const reading = readImageEntry(value, file);
    if ("faults" in reading) {
      for (const fault of reading.faults)
        bad.push(fault.id === null ? { ...fault, field: joinField(`images.${index}`, fault.field) } : fault);
    } else if (entries.has(reading.entry.id)) {
      bad.push({
        id: reading.entry.id,
        field: "id",
        reason: "is the one of an entry before; that one counts",
      });
    } else entries.set(reading.entry.id, reading.entry);
  }
  return { entries: [...entries.values()], bad };
}

function joinField(path: string, field: string): string {
  return field === "" ? path : `${path}.${field}`;
}

function isJson(text: string, file: string): boolean {
  return /\.json$/i.test(file) || (!/\.ya?ml$/i.test(file) && /^\uFEFF?\s*[{[]/.test(text));
}

function parseAsJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    // Slower, and says where the fault is.
    const outcome = parseJson(text);
    if (outcome.kind === "broken") throw new CatalogueError(file, outcome.message, outcome);
    throw new CatalogueError(file, "is not valid JSON");
  }
}

function parseAsYaml(text: string, file: string): unknown {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: "core",
      logLevel: "silent",
    });
    const [error] = document.errors;
    if (error !== undefined) {
      if (isTooDeep(error.message)) throw new CatalogueError(file, "is nested too deeply");
      const { line, col } = lines.linePos(error.pos[0]);
      throw new CatalogueError(file, firstLine(error.message), {
        line: Math.max(1, line),
        column: Math.max(1, col),
      });
    }
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (error instanceof CatalogueError) throw error;
    // Of the library: too many aliases, or nested beyond the stack.
    throw new CatalogueError(
      file,
      isTooDeep(String(error)) ? "is nested too deeply" : firstLine(String(error)),
    );
  }
}

/** The library meets it as an error of its own, or lets it pass. */
function isTooDeep(message: string): boolean {
  return message.includes("call stack");
}

function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").slice(0, 200).replace(/[.:]$/, "");
}
