/**
 * A pasted connection string → a connection (DESIGN §4). Pure, and strict: what comes out is handed to OpenSSH,
 * so nothing gets through that could run a program, or read or write files, on this machine.
 */
import type { Connection, Destination } from "./connection.ts";
import { ruleOf, treatmentOfKeyword } from "./option-table.ts";
import type { Treatment } from "./option-table.ts";
import { parseDestination } from "./parse-destination.ts";
import { applySetting, emptySettings } from "./settings-of-connection.ts";
import type { Settings } from "./settings-of-connection.ts";
import { wordsOfPaste } from "./words-of-paste.ts";

export type ConnectionOutcome =
  | {
      kind: "connection";
      connection: Connection;
      /** What was left out and why: a sentence each. */
      notes: readonly string[];
      /** Values of `-L`: remembered, not applied. */
      forwards: readonly string[];
    }
  /** `reason` goes on from "Not a connection string Haulyard takes: ". */
  | { kind: "refused"; reason: string };

export function parseConnection(text: string): ConnectionOutcome {
  const words = wordsOfPaste(text);
  if (words.kind === "refused") return words;
  const [first, ...rest] = words.words;
  if (first === undefined) return refuse("there is nothing in it");
  const named = /^(?:.*\/)?ssh(?:\.exe)?$/i.test(first);
  return new Reader(named ? rest : words.words, named).read();
}

class Reader {
  readonly #words: string[];
  /** Whether the line began with `ssh`: only then it may end in a command. */
  readonly #isCommandLine: boolean;
  readonly #settings: Settings = emptySettings();
  readonly #notes: string[] = [];
  readonly #forwards: string[] = [];
  #host: Destination | null = null;

  constructor(words: readonly string[], isCommandLine: boolean) {
    this.#words = [...words];
    this.#isCommandLine = isCommandLine;
  }

  /** As OpenSSH reads its arguments: options, the host, options again, the command. */
  read(): ConnectionOutcome {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === "--" && this.#host !== null) break;
      const reason = this.#takeWord(word);
      if (reason !== null) return refuse(reason);
      if (this.#host !== null && !(this.#words[0] ?? "").startsWith("-")) break;
    }
    const refusal = this.#dropCommand();
    if (refusal !== null) return refuse(refusal);
    if (this.#host === null) return refuse("it names no host");
    const { user, port, ...settings } = this.#settings;
    return {
      kind: "connection",
      connection: { user, host: this.#host.host, port, ...settings, jumps: settings.jumps ?? [] },
      notes: this.#notes,
      forwards: this.#forwards,
    };
  }

  #takeWord(word: string): string | null {
    if (word !== "--") return /^-./.test(word) ? this.#takeOptions(word) : this.#takeHost(word);
    const host = this.#words.shift();
    return host === undefined ? null : this.#takeHost(host);
  }

  #takeHost(word: string): string | null {
    const outcome = parseDestination(word);
    if (outcome.kind === "refused") return outcome.reason;
    const { user, port } = outcome.destination;
    this.#host = outcome.destination;
    this.#settings.user ??= user;
    this.#settings.port ??= port;
    return null;
  }

  /** `-p22`, `-p 22`, `-tNL 8080:localhost:8080` (getopt, XBD §12.2). */
  #takeOptions(word: string): string | null {
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      const rule = letter === "o" ? { takes: true, treatment: null } : ruleOf(letter);
      if (rule === null) return `ssh has no option -${letter}`;
      const value = rule.takes ? word.slice(at + 1) || this.#words.shift() : "";
      if (value === undefined) return `-${letter} is without its value`;
      const reason =
        rule.treatment === null ? this.#takeSetting(value) : this.#take(`-${letter}`, value, rule.treatment);
      if (reason !== null || rule.takes) return reason;
    }
    return null;
  }

  /** `-o Keyword=value`, `-o "Keyword value"`. */
  #takeSetting(text: string): string | null {
    const [, keyword = "", value = ""] = /^\s*([a-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/i.exec(text) ?? [];
    if (keyword === "") return "-o is without a setting";
    const unquoted = /^"([^"]*)"$/.exec(value)?.[1] ?? value;
    return this.#take(`-o ${keyword}`, unquoted, treatmentOfKeyword(keyword));
  }

  #take(option: string, value: string, treatment: Treatment): string | null {
    switch (treatment.kind) {
      case "use":
        return applySetting(this.#settings, treatment.setting, value);
      case "hint":
        this.#forwards.push(value);
        this.#notes.push(`${option} is remembered, not applied: ports are not forwarded.`);
        return null;
      case "drop":
        this.#notes.push(`${option} was left out: ${treatment.because}.`);
        return null;
      case "refuse":
        return `${option}: ${treatment.because}`;
      default:
        throw treatment satisfies never;
    }
  }

  #dropCommand(): string | null {
    if (this.#words.length === 0) return null;
    if (!this.#isCommandLine)
      return `'${(this.#words[0] ?? "").slice(0, 60)}' after the host is not understood`;
    this.#notes.push("The command at the end was left out: what runs there comes from the queue.");
    return null;
  }
}

function refuse(reason: string): ConnectionOutcome {
  return { kind: "refused", reason };
}
