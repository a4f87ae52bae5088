/** Options and operands of a command line, as the tool itself would tell them apart. */
import type { Argument } from "./argument.ts";
import { afterPrefix } from "./argument.ts";

/** What an option means for what is fetched, and where to. */
export type Meaning =
  /** Nothing. */
  | "none"
  /** It changes how the file is asked for or written: another tool without it would not do the same. */
  | "manner"
  | "folder"
  | "file"
  | "address"
  | "resume"
  | "header"
  /** Its value is a secret. */
  | "secret"
  /** Files are called as the address says. */
  | "name_from_address"
  /** The server names files. */
  | "name_from_server"
  /** Many files come of it, or folders are made: no single name can be told. */
  | "many"
  /** Redirects are followed. */
  | "follow"
  /** An error of the server is an error of the tool. */
  | "strict"
  /** Nothing is downloaded. */
  | "nothing"
  /** Several addresses are several files, not mirrors of one. */
  | "separate"
  | "revision"
  | "repo_type"
  /** It runs a program, sends or overwrites other files, or takes more options or addresses from a file. */
  | "risky";

/** `optional`: only attached (`--name=value`); `many`: all words up to the next option. */
type Takes = "nothing" | "value" | "optional" | "many";

interface Option {
  meaning: Meaning;
  takes: Takes;
}

export interface Grammar {
  options: ReadonlyMap<string, Option>;
  longNames: readonly string[];
  /** `--name=value` is understood. */
  equals: boolean;
  /** `--outp` is `--output` where no other name begins so. */
  abbreviations: boolean;
  /** `--no-name` is known where `--name` is. */
  negations: boolean;
  /** Short names of two letters, as wget's `-nc`. */
  pairs: readonly string[];
}

export type Row = readonly [Meaning, Takes, string];

export function defineGrammar(
  rows: readonly Row[],
  { equals = true, abbreviations = false, negations = false, pairs = [] }: Partial<Grammar> = {},
): Grammar {
  const options = new Map<string, Option>();
  for (const [meaning, takes, names] of rows)
    for (const name of names.split(/\s+/)) options.set(name, { meaning, takes });
  const longNames = [...options.keys()].filter((name) => name.startsWith("--"));
  return { options, longNames, equals, abbreviations, negations, pairs };
}

export type Item =
  | { kind: "operand"; argument: Argument }
  | { kind: "option"; name: string; meaning: Meaning; value: Argument | null };

export interface ReadOptions {
  /** In order. */
  items: readonly Item[];
  unknown: readonly string[];
}

export function readOptions(args: readonly Argument[], grammar: Grammar): ReadOptions {
  const reading: Reading = { args, at: 0, grammar, items: [], unknown: [] };
  while (reading.at < args.length) {
    const argument = args[reading.at++];
    if (argument === undefined) break;
    const { text } = argument;
    if (text === "--") {
      for (const rest of args.slice(reading.at)) reading.items.push({ kind: "operand", argument: rest });
      break;
    }
    if (text.startsWith("--")) readLong(reading, argument);
    else if (text.startsWith("-") && text !== "-") readShort(reading, argument);
    else reading.items.push({ kind: "operand", argument });
  }
  return reading;
}

interface Reading {
  args: readonly Argument[];
  at: number;
  grammar: Grammar;
  items: Item[];
  unknown: string[];
}

function readLong(reading: Reading, argument: Argument): void {
  const { grammar } = reading;
  const cut = argument.text.indexOf("=");
  const written = cut === -1 ? argument.text : argument.text.slice(0, cut);
  const found = findLong(grammar, written);
  if (found === null) {
    reading.unknown.push(written);
    return;
  }
  // What was meant is clear all the same, and a secret stays one.
  if (cut !== -1 && !grammar.equals) reading.unknown.push(`${written}=`);
  takeValue(reading, found.name, found.option, cut === -1 ? null : afterPrefix(argument, cut + 1));
}

function findLong(grammar: Grammar, written: string): { name: string; option: Option } | null {
  const exact = grammar.options.get(written);
  if (exact !== undefined) return { name: written, option: exact };
  if (grammar.negations && written.startsWith("--no-")) {
    const option = grammar.options.get(`--${written.slice(5)}`);
    if (option !== undefined) return { name: written, option: { meaning: "none", takes: "nothing" } };
  }
  if (!grammar.abbreviations) return null;
  const [only, ...more] = grammar.longNames.filter((name) => name.startsWith(written));
  const option = only === undefined || more.length > 0 ? undefined : grammar.options.get(only);
  return only === undefined || option === undefined ? null : { name: only, option };
}

/** A word of short options: `-qc`, `-P dir`, `-Pdir`. */
function readShort(reading: Reading, argument: Argument): void {
  const { grammar } = reading;
  const { text } = argument;
  let at = 1;
  while (at < text.length) {
    const pair = text.slice(at, at + 2);
    const letters = grammar.pairs.includes(pair) ? pair : text.charAt(at);
    const name = `-${letters}`;
    const option = grammar.options.get(name);
    if (option === undefined) {
      reading.unknown.push(name);
      return;
    }
    at += letters.length;
    if (option.takes === "nothing") {
      reading.items.push({ kind: "option", name, meaning: option.meaning, value: null });
      continue;
    }
    takeValue(reading, name, option, at < text.length ? afterPrefix(argument, at) : null);
    return;
  }
}

function takeValue(reading: Reading, name: string, option: Option, attached: Argument | null): void {
  const { meaning, takes } = option;
  const add = (value: Argument | null): void =>
    void reading.items.push({ kind: "option", name, meaning, value });
  switch (takes) {
    case "nothing":
    case "optional":
      add(attached);
      return;
    case "value":
      add(attached ?? reading.args[reading.at++] ?? null);
      return;
    case "many": {
      if (attached !== null) add(attached);
      else
        for (let next = reading.args[reading.at]; next !== undefined && !next.text.startsWith("-");) {
          add(next);
          next = reading.args[++reading.at];
        }
      return;
    }
    default:
      throw takes satisfies never;
  }
}
