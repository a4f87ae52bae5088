import { CatalogueError } from "../job/catalog-contract.ts";
import { readText } from "./catalog-file.ts";
import { parseJson, type JsonObject } from "./json-document.ts";

/** A catalogue as its text, known to be one JSON object. */
export interface CatalogueText {
  /** Where it was read from. */
  file: string;
  /** With its byte order mark, if it has one. */
  text: string;
  root: JsonObject;
}

/** What a file without any content of its own stands for. */
const EMPTY = "{}\n";

/** The catalogue file; the sample while there is no such file. */
export async function loadCatalogue(file: string, sampleFile: string): Promise<CatalogueText> {
  const own = await readText(file);
  return own === null ? understand(sampleFile, (await readText(sampleFile)) ?? EMPTY) : understand(file, own);
}

/** Throws `CatalogueError` with line and column if the text is not a JSON object. */
export function understand(file: string, text: string): CatalogueText {
  const outcome = parseJson(text);
  if (outcome.kind === "broken") throw new CatalogueError(file, outcome.message, outcome);
  const { root } = outcome;
  if (root.kind !== "object")
    throw new CatalogueError(file, "a catalogue is an object of sets, this is another JSON value", {
      line: 1,
      column: 1,
    });
  return { file, text, root };
}

/** The value of a piece of the text. */
export function valueAt(text: string, node: { start: number; end: number }): unknown {
  return JSON.parse(text.slice(node.start, node.end));
}
