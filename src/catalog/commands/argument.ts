/** Words of a command, with quotes and escapes taken off. */
import type { DoubleQuotedChild, Word, WordPart } from "unbash";

export interface Argument {
  /** Its value; a variable that is known here stands in it as a mark, so that no `$` is taken for one. */
  text: string;
  /** Why only the shell knows the value, or null. `text` is then, in part, how it is written. */
  unknown: string | null;
  /** Where the word stands in the command's text. */
  pos: number;
  end: number;
  /** The part of the word before the value: `--header=` of `--header=x`. */
  before: string;
  /** What looks wrong with how it is written; half sentences. */
  remarks: readonly string[];
}

/** Set for every command on an instance. The credentials come from the server's settings. */
const KNOWN_VARIABLES: ReadonlySet<string> = new Set([
  "UI_HOME",
  "HOME",
  "HF_TOKEN",
  "HF_ENDPOINT",
  "CIVITAI_API_KEY",
  "CIVITAI_ENDPOINT",
]);

/** Private-use characters: a command that holds them itself is not read. */
export const MARKS = /[\ue000\ue001]/;
const MARK = /\ue000(\w+)\ue001/g;

export function mark(name: string): string {
  return `\ue000${name}\ue001`;
}

export function holdsVariable(text: string): boolean {
  return MARKS.test(text);
}

/** With `${NAME}` for every mark. */
export function showText(text: string): string {
  return text.replace(MARK, "$${$1}");
}

/** True if a text is made of variables and the like of `Bearer `: no secret is written out in it. */
export function isByVariable(text: string): boolean {
  return (
    holdsVariable(text) &&
    /^(?:[\w-]{1,40}:\s{0,8})?(?:bearer|basic|token)?\s{0,8}$/i.test(text.replace(MARK, ""))
  );
}

interface Building {
  text: string;
  unknown: string | null;
  remarks: string[];
  /** A `?` or `*` in an address is no pattern in practice: no file goes by such a name. */
  isAddress: boolean;
}

export function readArgument(word: Word): Argument {
  const building: Building = {
    text: "",
    unknown: null,
    remarks: [],
    isAddress: /^["']?(?:https?|ftp):\/\//i.test(word.text),
  };
  if (word.parts === undefined) building.text = word.value;
  else for (const part of word.parts) addPart(building, part);
  resolveTilde(building, word);
  const { text, unknown, remarks } = building;
  return { text, unknown, remarks, pos: word.pos, end: word.end, before: "" };
}

/** The value that is attached to an option in one word. */
export function afterPrefix(argument: Argument, length: number): Argument {
  const { text } = argument;
  return { ...argument, text: text.slice(length), before: argument.before + text.slice(0, length) };
}

function addPart(building: Building, part: WordPart): void {
  switch (part.type) {
    case "Literal":
      building.text += part.value;
      return;
    case "SingleQuoted":
      if (/\$\{?UI_HOME\b/.test(part.value))
        building.remarks.push("$UI_HOME stands in single quotes, where it is not replaced");
      building.text += part.value;
      return;
    case "AnsiCQuoted":
      building.text += part.value;
      return;
    case "DoubleQuoted":
    case "LocaleString":
      for (const child of part.parts) addExpansion(building, child);
      return;
    case "Glob":
      building.text += part.value;
      if (!building.isAddress) setUnknown(building, `the pattern ${part.value} stands outside of quotes`);
      return;
    case "BraceExpansion":
      setUnknown(building, `${part.text} stands for several words`);
      building.text += part.text;
      return;
    case "ExtendedGlob":
    case "ProcessSubstitution":
      setUnknown(building, `the shell makes something else of ${cut(part.text)}`);
      building.text += part.text;
      return;
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion":
      addExpansion(building, part);
      return;
    default:
      throw part satisfies never;
  }
}

function addExpansion(building: Building, part: DoubleQuotedChild): void {
  switch (part.type) {
    case "Literal":
      building.text += part.value;
      return;
    case "SimpleExpansion":
      addVariable(building, part.text.slice(1), part.text);
      return;
    case "ParameterExpansion": {
      const { prefix, index, operation, parameter } = part;
      // What is always set never takes its default.
      const isPlain =
        operation === undefined || (operation.type === "Default" && operation.operator.endsWith("-"));
      if (prefix === undefined && index === undefined && isPlain) addVariable(building, parameter, part.text);
      else addRaw(building, part.text, `the shell works out ${cut(part.text)}`);
      return;
    }
    case "CommandExpansion":
      addRaw(building, part.text, `what ${cut(part.text)} prints is part of it`);
      return;
    case "ArithmeticExpansion":
      addRaw(building, part.text, `the shell works out ${cut(part.text)}`);
      return;
    default:
      throw part satisfies never;
  }
}

function addVariable(building: Building, name: string, written: string): void {
  if (KNOWN_VARIABLES.has(name)) building.text += mark(name);
  else addRaw(building, written, `${cut(written)} ${UNSET}`);
}

const UNSET = "is no variable that is set on an instance";

/** True for a reason why a value is unknown that is most likely a mistake. */
export function isUnset(reason: string): boolean {
  return reason.endsWith(UNSET);
}

function addRaw(building: Building, written: string, why: string): void {
  setUnknown(building, why);
  building.text += written;
}

function setUnknown(building: Building, why: string): void {
  building.unknown ??= why;
}

/** POSIX.1 §2.6.1: an unquoted `~` at the beginning of a word. */
function resolveTilde(building: Building, { text }: Word): void {
  const user = /^~([\w.-]*)(?=\/|$)/.exec(text)?.[1];
  if (user === undefined) return;
  if (user === "") building.text = mark("HOME") + building.text.slice(1);
  else setUnknown(building, `~${user} is the home of somebody else`);
}

const MAX_SHOWN = 40;

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
}
