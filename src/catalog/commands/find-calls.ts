/** A shell command → the programs it calls, each with its words and the folder it is called in. */
import { forEachChild } from "unbash";
import type {
  Assignment,
  Command,
  CommandExpansionPart,
  ParsedScript,
  ProcessSubstitutionPart,
  Redirection,
  Statement,
  SyntaxNode,
} from "unbash";
import type { CommandPath } from "../../job/card-contract.ts";
import type { Argument } from "./argument.ts";
import { readArgument } from "./argument.ts";
import { readPath, START } from "./command-path.ts";
import { isHarmless } from "./harmless-variable.ts";
import { unwrapCall } from "./unwrap-call.ts";

export interface FoundCall {
  /** Never empty; the first one names the program. */
  args: readonly Argument[];
  /** Where relative paths start from. */
  folder: CommandPath;
  /** Set where words have no place of their own in the command's text: what stands for all of them there. */
  inside: Span | null;
}

export interface Span {
  pos: number;
  end: number;
}

export interface FoundCalls {
  calls: FoundCall[];
  /** Why the command is more than plain calls one after the other; none if it is not. */
  reasons: string[];
  /** What looks wrong; half sentences. */
  remarks: string[];
  /** A part that no shell can read: where its words begin and end is a guess. */
  error: string | null;
}

/** More calls in one command are not looked at; no download needs them. */
const MAX_CALLS = 200;
/** `sh -c "sh -c …"`: deeper ones are not read. */
const MAX_SHELLS = 3;

export type ParseShell = (text: string) => ParsedScript;

interface Walk extends FoundCalls {
  parse: ParseShell;
  shells: number;
}

/** What a command of a list hands on to the next one. */
interface Place {
  folder: CommandPath;
  inside: Span | null;
}

/** @param parse reads what is handed to `sh -c` */
export function findCalls(script: ParsedScript, parse: ParseShell): FoundCalls {
  const walk: Walk = { calls: [], reasons: [], remarks: [], error: null, parse, shells: 0 };
  visit(walk, script, { folder: START, inside: null });
  return { calls: walk.calls, reasons: [...new Set(walk.reasons)], remarks: walk.remarks, error: walk.error };
}

const UNKNOWN: CommandPath = { base: "unknown", path: "." };

function visit(walk: Walk, node: SyntaxNode, place: Place): void {
  if (walk.calls.length >= MAX_CALLS) return;
  switch (node.type) {
    case "Command":
      visitCommand(walk, node, place);
      return;
    case "Statement":
      if (node.background === true) walk.reasons.push("a part of it runs in the background (&)");
      visit(walk, node.command, place);
      return;
    case "AndOr":
      if (node.operators.includes("||")) walk.reasons.push("it holds an alternative (||)");
      for (const command of node.commands) visit(walk, command, place);
      return;
    case "Pipeline":
      visitPipeline(walk, node.commands, node.prefixes, place);
      return;
    case "Script":
      walk.error ??= node.errors?.[0]?.message ?? null;
      visitList(walk, node.commands, place);
      return;
    case "CompoundList":
      visitList(walk, node.commands, place);
      return;
    case "Subshell":
      walk.reasons.push("it holds a subshell");
      visit(walk, node.body, { ...place });
      return;
    case "BraceGroup":
      walk.reasons.push("it holds a group of commands");
      visit(walk, node.body, place);
      return;
    case "CommandExpansion":
    case "ProcessSubstitution":
      visitSubstitution(walk, node, place);
      return;
    case "Redirected":
      visit(walk, node.command, place);
      visitRedirects(walk, node.redirects);
      return;
    default:
      visitOther(walk, node, place);
  }
}

const CONSTRUCTS: Readonly<Partial<Record<SyntaxNode["type"], string>>> = {
  If: "it holds an if",
  For: "it holds a loop",
  ArithmeticFor: "it holds a loop",
  While: "it holds a loop",
  Select: "it holds a loop",
  Case: "it holds a case",
  Function: "it holds a function",
  Coproc: "a part of it runs in the background (coproc)",
  TestCommand: "it holds a test",
  ArithmeticCommand: "it calculates",
};

function visitList(walk: Walk, statements: readonly Statement[], place: Place): void {
  for (const statement of statements) visit(walk, statement, place);
  if (statements.some(endsInAddress))
    walk.remarks.push("an address with & stands outside of quotes: the shell ends it there");
}

/** `wget https://x/?a=1&b=2`: what follows the `&` is a command of its own. */
function endsInAddress(
  { background, command, end }: Statement,
  index: number,
  statements: readonly Statement[],
): boolean {
  if (background !== true || command.type !== "Command") return false;
  const last = command.args.at(-1)?.text ?? "";
  const at = last.indexOf("://");
  const isCut = at !== -1 && last.includes("?", at) && !/["']/.test(last);
  return isCut && statements[index + 1]?.pos === end;
}

/** Constructs in which the order of the calls is not that of the text, and the parts of words. */
function visitOther(walk: Walk, node: SyntaxNode, place: Place): void {
  const reason = CONSTRUCTS[node.type];
  if (reason !== undefined) {
    walk.reasons.push(reason);
    place.folder = UNKNOWN;
  }
  forEachChild(node, (child) => visit(walk, child, place));
}

function visitPipeline(
  walk: Walk,
  commands: readonly SyntaxNode[],
  prefixes: readonly { type: "Time" | "Negation" }[],
  place: Place,
): void {
  if (prefixes.some(({ type }) => type === "Negation")) walk.reasons.push("its outcome is turned round (!)");
  if (commands.length > 1) walk.reasons.push("it holds a pipe (|)");
  // Each part of a pipe runs in a shell of its own.
  for (const command of commands) visit(walk, command, commands.length > 1 ? { ...place } : place);
}

function visitCommand(walk: Walk, command: Command, place: Place): void {
  const { name, prefix, args, redirects } = command;
  for (const node of prefix) if (node.type === "Assignment") visitAssignment(walk, node, place);
  visitRedirects(walk, redirects);
  if (name === undefined) {
    if (prefix.length > 0) walk.reasons.push("it sets variables");
    return;
  }
  const words: Argument[] = [];
  for (const node of [name, ...args]) {
    forEachChild(node, (part) => visit(walk, part, place));
    words.push(node.type === "Word" ? readArgument(node) : asArgument(node));
  }
  const { args: rest, reasons, script } = unwrapCall(words);
  walk.reasons.push(...reasons);
  if (script !== null) visitShell(walk, script, place);
  if (rest.length === 0) return;
  walk.calls.push({ args: rest, folder: place.folder, inside: place.inside });
  const [first, target, ...more] = rest;
  if (first?.text === "cd" && first.unknown === null)
    place.folder = target === undefined || more.length > 0 ? UNKNOWN : readPath(target, place.folder);
}

/** The text that is handed to `sh -c`. */
function visitShell(walk: Walk, script: Argument, place: Place): void {
  if (script.unknown !== null || walk.shells >= MAX_SHELLS) return;
  walk.shells++;
  visit(walk, walk.parse(script.text), {
    ...place,
    inside: place.inside ?? { pos: script.pos, end: script.end },
  });
  walk.shells--;
}

function visitAssignment(walk: Walk, node: Assignment, place: Place): void {
  if (!isHarmless(node.name)) walk.reasons.push(`it sets ${node.name}`);
  forEachChild(node, (part) => visit(walk, part, place));
  if (node.value.type === "Word") {
    const { unknown } = readArgument(node.value);
    if (unknown !== null) walk.reasons.push(unknown);
  }
}

/** `export A=b` gives such words; nothing that is a download tool takes them. */
function asArgument({ text, pos, end }: Assignment): Argument {
  return { text, unknown: null, pos, end, before: "", remarks: [] };
}

function visitRedirects(walk: Walk, redirects: readonly Redirection[]): void {
  for (const redirect of redirects) {
    if (redirect.type !== "Redirect") {
      walk.reasons.push("it is fed with text (<<)");
      continue;
    }
    const target = redirect.target?.value ?? "";
    const isQuiet = target === "/dev/null" || (redirect.operator === ">&" && /^[12]$/.test(target));
    if (!isQuiet) walk.reasons.push(`it redirects to or from a file (${redirect.operator})`);
  }
}

/** Commands inside of a word: `$(…)`, backticks, `<(…)`. */
function visitSubstitution(
  walk: Walk,
  part: CommandExpansionPart | ProcessSubstitutionPart,
  place: Place,
): void {
  walk.reasons.push("it holds a substitution");
  if (part.script === undefined) return;
  // Text between backticks is counted on its own.
  const own = part.script.source === undefined ? null : { pos: part.pos, end: part.end };
  visit(walk, part.script, { folder: place.folder, inside: place.inside ?? own });
}
