/** `haulyard files`: a line for each file. */
import { isAbsolute } from "node:path";
import type { FileMessage } from "../../wire/files.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { formatBytes } from "../screen/format.ts";
import { openTerminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";

/** As commander gives them. */
export interface ListFilesOptions {
  unknown?: true;
  json?: true;
}

/** Digits of a hash that are shown; all of it is in the JSON. */
const SHOWN_DIGITS = 12;

export async function runFiles(folder: string | undefined, options: ListFilesOptions): Promise<ExitCode> {
  if (folder !== undefined && !isAbsolute(folder))
    throw new UsageError(`The folder has to begin with a /, got ${folder}.`);
  const terminal = openTerminal();
  const client = connect();
  const asked = { ...(folder === undefined ? {} : { under: folder }), unknown: options.unknown === true };
  const all: FileMessage[] = [];
  let cursor: string | null = null;
  let count = 0;
  do {
    const page = await client.files.list(cursor === null ? asked : { ...asked, cursor });
    if (options.json === true) all.push(...page.files);
    // As they come: there may be very many.
    else for (const file of page.files) terminal.print(lineOf(file));
    count += page.files.length;
    cursor = page.next;
  } while (cursor !== null);
  if (options.json === true) sayJson(terminal, { files: all });
  if (count === 0) terminal.tell(`haulyard: ${nothingFound(folder, options)}`);
  return EXIT.done;
}

/** The server knows files, not folders: why there is none it cannot say. */
function nothingFound(folder: string | undefined, { unknown }: ListFilesOptions): string {
  const files = unknown === true ? "no file that nobody knows" : "no file";
  if (folder === undefined) return `There is ${files} in the folders of the server.`;
  const below = cleanText(folder);
  return `There is ${files} below ${below}: it may be empty, not be there, or be none of the server's folders.`;
}

function lineOf({ path, size, sha256, model, source, check }: FileMessage): string {
  const hash = sha256?.slice(0, SHOWN_DIGITS) ?? "not read yet";
  const known = model === null ? (source?.text ?? "unknown") : `${model.set_id}/${model.model_id}`;
  const wrong = check?.verdict === "wrong" ? "  WRONG HASH" : "";
  return `${formatBytes(size).padStart(9)}  ${hash.padEnd(SHOWN_DIGITS)}  ${cleanText(path)}  ${cleanText(known)}${wrong}`;
}
