/** For people, of one file: a bar where lines can be drawn over, a line every few seconds elsewhere. */
import type { Clock } from "../../job/clock.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawBar } from "../screen/draw-bar.ts";
import { formatBytes, formatDuration } from "../screen/format.ts";
import { LiveBlock } from "../screen/live-block.ts";
import type { Terminal } from "../screen/terminal.ts";
import type { FileAtWork } from "./file-at-work.ts";
import type { GetResult } from "./get-file.ts";
import type { GetReport } from "./report.ts";
import { barFacts, doneLines, failedLines, interruptedLine, LABEL_COLUMNS, progressLine } from "./words.ts";

/** Ten times a second a bar looks alive. */
export const BAR_MS = 100;
/** A log should say that something happens, and not fill up. */
export const LINE_MS = 5_000;

export function reportOnBar(terminal: Terminal, clock: Clock): GetReport {
  const block = new LiveBlock(terminal);
  let frame = 0;
  let redraw = (): void => {};
  const stopListening = terminal.onResize(() => redraw());
  return {
    everyMs: BAR_MS,
    begin: () => {},
    resolved: () => {},
    tick: ({ atWork: [file] }) => {
      if (file === undefined) return;
      frame += 1;
      const { progress, waiting } = file.gauge.settle();
      redraw = () => {
        const { unicode, paintErr: paint } = terminal;
        const facts = barFacts(file.name, progress, waiting, clock.now());
        block.draw([drawBar(facts, { columns: terminal.columns(), unicode, paint, frame })]);
      };
      redraw();
    },
    waiting: () => {},
    end: (file, result) => {
      redraw = () => {};
      block.clear();
      showResult(terminal, file, result);
    },
    finish: stopListening,
  };
}

export function reportInLines(terminal: Terminal, clock: Clock): GetReport {
  return {
    everyMs: LINE_MS,
    begin: () => {},
    resolved: ({ name }, { size, path }) => {
      const bytes = size === null ? "size unknown" : formatBytes(size);
      terminal.tell(`${name}  ${bytes}, to ${cleanText(path)}`);
    },
    tick: ({ atWork: [file] }) => {
      if (file === undefined) return;
      const { progress, waiting } = file.gauge.settle();
      if (waiting === null) terminal.tell(progressLine(file.name, progress, clock.now()));
    },
    waiting: ({ name }, failure, seconds) => {
      terminal.tell(`${name}  next try in ${formatDuration(seconds)}: ${cleanText(failure.message)}`);
    },
    end: (file, result) => showResult(terminal, file, result),
    finish: () => {},
  };
}

/** Says only what went wrong. */
export function reportErrors(terminal: Terminal): GetReport {
  return {
    everyMs: LINE_MS,
    begin: () => {},
    resolved: () => {},
    tick: () => {},
    waiting: () => {},
    end: (file, result) => {
      if (result.kind !== "done") showResult(terminal, file, result);
    },
    finish: () => {},
  };
}

function showResult(terminal: Terminal, { name }: FileAtWork, result: GetResult): void {
  if (result.kind === "done") {
    const [first = "", ...rest] = doneLines(result);
    const head = terminal.paintOut("green", first.slice(0, LABEL_COLUMNS));
    for (const line of [head + first.slice(LABEL_COLUMNS), ...rest]) terminal.print(line);
    return;
  }
  for (const line of troubleLines(terminal, name, result)) terminal.tell(line);
}

/** What is said of a file that is not there. */
export function troubleLines(
  terminal: Terminal,
  name: string,
  result: Exclude<GetResult, { kind: "done" }>,
): string[] {
  if (result.kind === "interrupted") return [interruptedLine(name, result)];
  const [first = "", ...rest] = failedLines(name, result);
  return [terminal.paintErr("red", first), ...rest];
}
