/** A code block → the commands in it, as they are run: one after the other, each in a shell of its own. */
import { forEachChild } from "unbash";
import type { Statement, SyntaxNode } from "unbash";
import { parseShell } from "../commands/read-command.ts";
import { trimMarks } from "./trim-marks.ts";

export interface ScriptCommand {
  /** Line of the file it begins in. */
  line: number;
  /** What the comment before it says. */
  name: string | null;
  /** Continued lines joined. */
  text: string;
}

export type ScriptOutcome =
  | {
      kind: "split";
      commands: readonly ScriptCommand[];
      remarks: readonly { line: number; message: string }[];
    }
  | { kind: "broken"; line: number; reason: string };

/** @param firstLine line of the file that the first line of the code is */
export function splitScript(code: string, firstLine: number): ScriptOutcome {
  const { source, lines, remarks } = joinLines(code, firstLine);
  const lineAt = lineFinder(source, lines, firstLine);
  const parsed = parseShell(source);
  if (parsed.kind === "refused")
    return { kind: "broken", line: firstLine, reason: `the code block cannot be read: ${parsed.why}` };
  const [error] = parsed.script.errors ?? [];
  if (error !== undefined)
    return {
      kind: "broken",
      line: lineAt(error.pos),
      reason: `the shell cannot read this: ${error.message}`,
    };
  const groups = groupStatements(source, parsed.script.commands);
  const commands = groups.map(({ pos, end, statements }, index): ScriptCommand => {
    const before = source.slice(groups[index - 1]?.end ?? 0, pos);
    return {
      line: lineAt(pos),
      name: nameOf(index === 0 ? `\n${before}` : before),
      text: joinText(source, pos, end, statements),
    };
  });
  return { kind: "split", commands, remarks };
}

/**
 * Comments and empty lines between the lines of a continued command are left out, and spaces behind the `\`
 * too: a shell would end the command there, but the authors of cards mean it to go on.
 */
function joinLines(
  code: string,
  firstLine: number,
): { source: string; lines: number[]; remarks: { line: number; message: string }[] } {
  const kept: string[] = [];
  const lines: number[] = [];
  const remarks: { line: number; message: string }[] = [];
  let isContinued = false;
  for (const [index, raw] of code.split("\n").entries()) {
    const line = raw.trimEnd();
    if (isContinued && /^\s*(?:#|$)/.test(line)) continue;
    isContinued = (isContinued || !/^\s*#/.test(line)) && endsInBackslash(line);
    if (isContinued && line !== raw)
      remarks.push({ line: firstLine + index, message: "a space follows the \\ at the end of the line" });
    kept.push(isContinued ? line : raw);
    lines.push(firstLine + index);
  }
  const last = kept.length - 1;
  if (isContinued && last >= 0) {
    kept[last] = (kept[last] ?? "").slice(0, -1).trimEnd();
    remarks.push({
      line: lines[last] ?? firstLine,
      message: "nothing follows the \\ at the end of the block",
    });
  }
  return { source: kept.join("\n"), lines, remarks };
}

/** With a backslash that no other one takes away. */
function endsInBackslash(line: string): boolean {
  let count = 0;
  while (line.charAt(line.length - 1 - count) === "\\") count++;
  return count % 2 === 1;
}

/** Line of the file for a place in the source. */
function lineFinder(source: string, lines: readonly number[], firstLine: number): (at: number) => number {
  const starts = [0];
  for (let at = source.indexOf("\n"); at !== -1; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return (at) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return lines[low] ?? firstLine;
  };
}

interface Group {
  pos: number;
  end: number;
  statements: Statement[];
}

/** Statements that share a line are one command, as are the lines of a loop or of a text with line ends in it. */
function groupStatements(source: string, statements: readonly Statement[]): Group[] {
  const groups: Group[] = [];
  for (const statement of statements) {
    const end = Math.max(statement.end, source.includes("<<") ? endOfTexts(statement) : 0);
    const last = groups.at(-1);
    const isSameLine = last !== undefined && !/(?:^|[^\\])\n/.test(source.slice(last.end, statement.pos));
    if (last === undefined || !isSameLine) groups.push({ pos: statement.pos, end, statements: [statement] });
    else {
      last.end = Math.max(last.end, end);
      last.statements.push(statement);
    }
  }
  return groups;
}

/** A `<<EOF` text stands behind the line that asks for it. */
function endOfTexts(statement: Statement): number {
  let end = 0;
  const nodes: SyntaxNode[] = [statement];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (node.type === "HereDoc") end = Math.max(end, node.closing?.end ?? node.body.end);
    forEachChild(node, (child) => nodes.push(child));
  }
  return end;
}

const IN_WORD = 1;
/** Nothing in it is changed: single quotes, `<<` texts. */
const IN_LITERAL = 2;

/** `\` and line end go: between words for a space, inside of one for nothing, as in a shell. */
function joinText(source: string, pos: number, end: number, statements: readonly Statement[]): string {
  if (!source.slice(pos, end).includes("\\\n")) return source.slice(pos, end);
  const places = markPlaces(source.length, statements);
  let joined = "";
  let from = pos;
  const next = (after: number): number => source.indexOf("\\\n", after);
  for (let at = next(pos); at !== -1 && at + 2 <= end; at = next(at + 1)) {
    if (places[at] === IN_LITERAL || endsInBackslash(source.slice(from, at))) continue;
    joined += source.slice(from, at);
    from = at + 2;
    if (places[at] === IN_WORD) continue;
    if (!endsInGap(joined)) joined += " ";
    while (source.charAt(from) === " " || source.charAt(from) === "\t") from++;
  }
  return joined + source.slice(from, end);
}

/** With a blank that no backslash makes part of a word. */
function endsInGap(text: string): boolean {
  return /[ \t]$/.test(text.slice(-1)) && !endsInBackslash(text.slice(0, -1));
}

function markPlaces(length: number, statements: readonly Statement[]): Uint8Array {
  const places = new Uint8Array(length);
  const nodes: SyntaxNode[] = [...statements];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    // Its first character belongs to it only together with the one before.
    if (node.type === "Word") places.fill(IN_WORD, node.pos + 1, node.end);
    // Commands in a word are part of it; text between backticks even has places of its own.
    if (node.type !== "CommandExpansion" && node.type !== "ProcessSubstitution")
      forEachChild(node, (child) => nodes.push(child));
    if (node.type === "SingleQuoted" || node.type === "HereDocBody")
      places.fill(IN_LITERAL, node.pos, node.end);
  }
  return places;
}

/** Longest name that is made of a comment. */
const MAX_NAME = 120;

/** The comment lines right before a command; the first line here is the rest of the line before. */
function nameOf(before: string): string | null {
  const words: string[] = [];
  for (const line of before.split("\n").slice(1)) {
    const comment = /^\s*#+(?!!)(.*)$/.exec(line)?.[1];
    if (comment === undefined) {
      // An empty line ends what was said of something else, unless nothing comes after it.
      if (words.length > 0 && line.trim() === "") words.push("");
      continue;
    }
    if (words.at(-1) === "") words.length = 0;
    const text = trimMarks(comment, "=*~_-");
    if (text !== "" && !isCommand(text)) words.push(text);
  }
  const name = words.filter((word) => word !== "").join(" ");
  if (name === "") return null;
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

/** A command that was commented out names nothing. */
function isCommand(text: string): boolean {
  return /^(?:wget|wget2|curl|aria2c|civitdl|hf|huggingface-cli|git|rclone|mkdir|cd|sudo|export)\s.*(?:\/|\$)/.test(
    text,
  );
}
