/** A word after `add` that names a workflow's file here is what is in it: the server need not see this disk. */
import { readFileSync, statSync } from "node:fs";
import { readEmbedded } from "../../catalog/workflow/embedded-workflow.ts";
import { UsageError } from "../usage-error.ts";

/** Workflows as ComfyUI saves them, and pictures that hold one. */
const WORKFLOW_FILE = /\.(?:json|png|webp)$/i;
/** More is no picture anybody shares. Bytes. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** @returns the word itself, unless it names such a file */
export function readWord(word: string): string {
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(word);
  if (hasScheme || !WORKFLOW_FILE.test(word)) return word;
  const facts = statSync(word, { throwIfNoEntry: false });
  // A card or a model may be called so, too; those are the server's.
  if (facts === undefined) return word;
  if (!facts.isFile()) throw new UsageError(`add: ${word} is no file.`);
  if (facts.size > MAX_FILE_BYTES)
    throw new UsageError(`add: ${word} is too large for a workflow: ${facts.size} bytes.`);
  const bytes = readBytes(word);
  if (/\.json$/i.test(word)) return bytes.toString("utf8");
  const embedded = readEmbedded(bytes);
  if (embedded.kind === "none") throw new UsageError(`add: ${word}: ${embedded.reason}.`);
  return embedded.text;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UsageError(`add: ${file} cannot be read (${code}).`, { cause: error });
  }
}
