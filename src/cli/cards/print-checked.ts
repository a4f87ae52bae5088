/** `haulyard cards check` for people. */
import type { Call, CardCommand, CommandVerdict, DownloadCall, Fetch } from "../../job/card-contract.ts";
import { showPath } from "../../job/command-path.ts";
import { redactText, redactUrl } from "../../job/redact.ts";
import { cleanText, fitEnd, fitMiddle, padEnd, padStart, textWidth } from "../screen/clean-text.ts";
import type { Color, Terminal } from "../screen/terminal.ts";
import type { Checked, CheckedCard } from "./checked.ts";
import type { Summary } from "./sum-up.ts";

/** Room for a line's number, and for the name of a tool. */
const LINE_COLUMNS = 5;
const TOOL_COLUMNS = 8;
const INDENT = " ".repeat(LINE_COLUMNS + 2);

export function printChecked(terminal: Terminal, checked: Checked): void {
  switch (checked.kind) {
    case "card":
      printCard(terminal, checked);
      return;
    case "broken":
    case "note": {
      const { line, reason } = checked.card;
      printHead(terminal, checked.file, "");
      const isBroken = checked.kind === "broken";
      printRemark(terminal, isBroken ? "red" : "dim", line, isBroken ? reason : `no card: ${reason}`);
      terminal.print("");
      return;
    }
    case "missing":
      return;
    default:
      throw checked satisfies never;
  }
}

function printCard(terminal: Terminal, { file, card, judge, remarks }: CheckedCard): void {
  printHead(terminal, file, card.facts.title);
  for (const command of card.commands) printCommand(terminal, command, judge(command));
  for (const { line, message } of remarks) printRemark(terminal, "yellow", line, message);
  terminal.print("");
}

function printHead(terminal: Terminal, file: string, title: string): void {
  const name = cleanText(file);
  const room = terminal.printsToScreen ? Math.max(0, terminal.columns() - textWidth(name) - 2) : Infinity;
  const rest = fitEnd(cleanText(title), room);
  terminal.print(`${terminal.paintOut("bold", name)}${rest === "" ? "" : `  ${rest}`}`);
}

function printCommand(terminal: Terminal, command: CardCommand, verdict: CommandVerdict): void {
  const { line, name, notPlain, calls, shown } = command;
  let number = String(line);
  const say = (text: string): void => {
    terminal.print(`${padStart(number, LINE_COLUMNS)}  ${text}`);
    number = "";
  };
  if (name !== null) say(terminal.paintOut("dim", `# ${fit(terminal, name)}`));
  // What the calls below do not say, the command itself does.
  if (notPlain !== null || calls.every(({ kind }) => kind === "other")) say(fit(terminal, shown));
  for (const call of calls) for (const text of callLines(terminal, call)) say(text);
  if (notPlain !== null && verdict.kind === "allowed")
    for (const row of rows(terminal, `not plain: ${redactText(notPlain)}`))
      say(terminal.paintOut("dim", row));
  if (verdict.kind === "refused")
    say(terminal.paintOut("red", `refused: ${cleanText(redactText(verdict.reason))}`));
}

function callLines(terminal: Terminal, call: Call): string[] {
  const tool = (name: string): string => terminal.paintOut("cyan", padEnd(cleanText(name), TOOL_COLUMNS));
  switch (call.kind) {
    case "download":
      return downloadLines(terminal, call, tool(call.tool));
    case "prepare":
      return [`${tool(call.program)} ${fitValue(terminal, call.paths.map(showPath).join("  "))}`];
    case "other":
      return [`${tool(redactText(call.program))} ${terminal.paintOut("dim", "no download tool known here")}`];
    default:
      throw call satisfies never;
  }
}

function downloadLines(terminal: Terminal, call: DownloadCall, tool: string): string[] {
  const blank = " ".repeat(textWidth(tool));
  const lines = call.fetches.flatMap(({ urls, ...place }, index) => {
    const sources = urls.length === 0 ? ["what a list names"] : urls.map(redactUrl);
    return [
      ...sources.map((url, mirror) => `${mirror === 0 ? "" : "or "}${fitValue(terminal, url)}`),
      `${arrow(terminal)} ${fitValue(terminal, target(place))}`,
    ].map((text, row) => `${index + row === 0 ? tool : blank} ${text}`);
  });
  const notes = notesOn(call).join(", ");
  if (notes === "") return lines.length === 0 ? [tool] : lines;
  const last = lines.pop() ?? tool;
  const room = terminal.printsToScreen ? terminal.columns() - INDENT.length : Infinity;
  const fits = textWidth(last) + 2 + textWidth(notes) <= room;
  return fits
    ? [...lines, `${last}  ${terminal.paintOut("dim", notes)}`]
    : [
        ...lines,
        last,
        ...wrap(notes, room - blank.length - 1).map((row) => `${blank} ${terminal.paintOut("dim", row)}`),
      ];
}

function target({ folder, file }: Omit<Fetch, "urls">): string {
  return `${showPath(folder)}/${file === null ? "" : redactUrl(file)}`;
}

function notesOn({ resumes, credentials, unknownOptions, riskyOptions }: DownloadCall): string[] {
  return [
    ...(resumes ? ["resumes"] : []),
    ...credentials.map((each) => `sends a secret (${cleanText(each)})`),
    ...unknownOptions.map((each) => `unknown option ${cleanText(redactText(each))}`),
    ...riskyOptions.map((each) => `${cleanText(redactText(each))} can do more than download`),
  ];
}

function arrow({ unicode }: Terminal): string {
  return unicode ? "→" : "->";
}

const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  red: ["✗", "x"],
  yellow: ["!", "!"],
  dim: ["·", "-"],
};

function printRemark(terminal: Terminal, color: Color, line: number | null, message: string): void {
  const mark = MARKS[color]?.[terminal.unicode ? 0 : 1] ?? "";
  const where = line === null ? "" : `line ${line}: `;
  for (const [index, row] of rows(terminal, `${where}${redactText(message)}`).entries())
    terminal.print(
      index === 0
        ? `${padStart("", LINE_COLUMNS)}${terminal.paintOut(color, `${mark} ${row}`)}`
        : `${INDENT}${terminal.paintOut(color, row)}`,
    );
}

/** A text in the room there is behind the lines' numbers. */
function rows(terminal: Terminal, text: string): string[] {
  return wrap(cleanText(text), terminal.printsToScreen ? terminal.columns() - INDENT.length : Infinity);
}

function wrap(text: string, room: number): string[] {
  const rows: string[] = [];
  let row = "";
  for (const word of text.split(" ")) {
    if (row !== "" && textWidth(row) + 1 + textWidth(word) > room) {
      rows.push(row);
      row = "";
    }
    row = row === "" ? word : `${row} ${word}`;
  }
  return [...rows, row];
}

/** A whole line behind the line's number. */
function fit(terminal: Terminal, text: string): string {
  const clean = cleanText(text.replaceAll(/\s*\n\s*/g, " ⏎ "));
  return terminal.printsToScreen
    ? fitEnd(clean, Math.max(20, terminal.columns() - INDENT.length - 2))
    : clean;
}

/** An address or a path behind the name of a tool: its end says most. */
function fitValue(terminal: Terminal, text: string): string {
  const clean = cleanText(text);
  const room = terminal.columns() - INDENT.length - TOOL_COLUMNS - 3;
  return terminal.printsToScreen ? fitMiddle(clean, Math.max(20, room)) : clean;
}

export function printSummary(terminal: Terminal, summary: Summary): void {
  const { cards, broken, notes, remarks, commands, refused, tools } = summary;
  const calls = Object.entries(tools).map(([tool, number]) => `${tool} ${number}`);
  const uses = calls.length === 0 ? "" : ` (${calls.join(", ")})`;
  terminal.print(`${count(cards, "card")}, ${count(commands, "command")}${uses}`);
  const paint = terminal.paintOut;
  const wrong = [
    ...(broken === 0 ? [] : [paint("red", `${broken} broken`)]),
    ...(refused === 0 ? [] : [paint("red", `${count(refused, "command")} refused`)]),
    ...(remarks === 0 ? [] : [paint("yellow", count(remarks, "remark"))]),
    ...(notes === 0 ? [] : [paint("dim", count(notes, "other file"))]),
  ];
  if (broken + refused + remarks === 0 && cards > 0) wrong.unshift(paint("green", "nothing wrong"));
  if (wrong.length > 0) terminal.print(wrong.join(", "));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
