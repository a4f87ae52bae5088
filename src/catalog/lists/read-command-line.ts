/**
 * A line of curl, wget or aria2c → the downloads it asks for: as a browser copies a request ("copy as cURL"), as a
 * page tells what to type, or as Haulyard shows it under "By hand". It is read, never run. Pure.
 */
import { parse } from "unbash";
import { commandTool, PROMPT } from "../../job/command-line.ts";
import { holdsVariable } from "../commands/argument.ts";
import { findCalls } from "../commands/find-calls.ts";
import { parseShell } from "../commands/read-command.ts";
import type { Grammar, Item } from "../commands/read-options.ts";
import { readOptions } from "../commands/read-options.ts";
import { ARIA2C } from "../commands/tools/aria2c.ts";
import { CURL } from "../commands/tools/curl.ts";
import { WGET, WGET2 } from "../commands/tools/wget.ts";
import type { ListItem } from "./list-entry.ts";
import { readAria2c } from "./read-aria2c.ts";
import { readCurl } from "./read-curl.ts";
import { readWget } from "./read-wget.ts";

interface Reader {
  grammar: Grammar;
  /** Or why the command is not the fetching of files. */
  read: (items: readonly Item[], where: string) => ListItem[] | string;
}

const READERS: Readonly<Record<string, Reader>> = {
  curl: { grammar: CURL, read: readCurl },
  wget: { grammar: WGET, read: readWget },
  wget2: { grammar: WGET2, read: readWget },
  aria2c: { grammar: ARIA2C, read: readAria2c },
};

/** @param lines the last one does not end in a backslash, all others do */
export function readCommandLine(lines: readonly string[], where: string): ListItem[] {
  const text = lines.map(joinable).join("\n");
  const tool = commandTool(text) ?? "";
  const reader = READERS[tool];
  if (reader === undefined) return [{ where, reason: "the line has to be one command" }];
  const read = readItems(text, tool, reader);
  return typeof read === "string" ? [{ where, reason: read }] : read(where);
}

/** Or why there is nothing to read. */
function readItems(
  text: string,
  tool: string,
  { grammar, read }: Reader,
): ((where: string) => ListItem[]) | string {
  if (/\^\s*(?:\n|$)|\^"/.test(text)) return "this is a command for Windows; copy it as cURL (bash)";
  const parsed = parseShell(text);
  if (parsed.kind === "refused") return parsed.why;
  const { calls, reasons, error } = findCalls(parsed.script, () => parse(""));
  if (error !== null) return `no shell can read the command: ${error}`;
  const [call, other] = calls;
  const [reason] = reasons;
  if (reason !== undefined || call === undefined || other !== undefined)
    return reason ?? `the line has to be one ${tool} command`;
  const [, ...args] = call.args;
  const unknown = args.find((argument) => argument.unknown !== null)?.unknown;
  if (unknown !== undefined && unknown !== null) return unknown;
  if (args.some((argument) => holdsVariable(argument.text)))
    return "it holds a variable that is set on instances only; write out what it stands for";
  const { items, unknown: options } = readOptions(args, grammar);
  const [option] = options;
  if (option !== undefined) return `${option} is no option of ${tool} that is known here`;
  return (where) => {
    const entries = read(items, where);
    if (typeof entries === "string") return [{ where, reason: entries }];
    return entries.length === 0 ? [{ where, reason: "the command names no address" }] : entries;
  };
}

/** White space behind the backslash, as pasted text has it, would end the line for a shell. */
function joinable(line: string, index: number): string {
  const joined = line.replace(/\\\s+$/, "\\");
  return index === 0 ? joined.trimStart().replace(PROMPT, "") : joined;
}
