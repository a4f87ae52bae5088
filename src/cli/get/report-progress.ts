/** For people: a bar where lines can be drawn over, a line every few seconds elsewhere, or only what went wrong. */
import type { Clock } from "../../job/clock.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawBar } from "../screen/draw-bar.ts";
import { formatBytes, formatDuration } from "../screen/format.ts";
import { LiveBlock } from "../screen/live-block.ts";
import type { Terminal } from "../screen/terminal.ts";
import type { GetResult } from "./get-file.ts";
import type { GetReport, Summary } from "./report.ts";
import {
  barFacts,
  doneLines,
  expectedName,
  failedLines,
  interruptedLine,
  LABEL_COLUMNS,
  progressLine,
  summaryLine,
} from "./words.ts";

/** Ten times a second a bar looks alive. */
const BAR_MS = 100;
/** A log should say that something happens, and not fill up. */
const LINE_MS = 5_000;

export function reportOnBar(terminal: Terminal, clock: Clock): GetReport {
  const block = new LiveBlock(terminal);
  let place = "";
  let name = "";
  let frame = 0;
  let redraw = (): void => {};
  const stopListening = terminal.onResize(() => redraw());
  return {
    everyMs: BAR_MS,
    begin: (step, { index, count }) => {
      place = count > 1 ? `${index}/${count} ` : "";
      name = expectedName(step);
    },
    resolved: (facts) => {
      name = cleanText(facts.name);
    },
    progress: (progress, waiting) => {
      frame += 1;
      redraw = () => {
        const { unicode, paintErr: paint } = terminal;
        const facts = barFacts(place + name, progress, waiting, clock.now());
        block.draw([drawBar(facts, { columns: terminal.columns(), unicode, paint, frame })]);
      };
      redraw();
    },
    waiting: () => {},
    end: (result) => {
      redraw = () => {};
      block.clear();
      showResult(terminal, name, result);
    },
    finish: (summary) => {
      stopListening();
      showSummary(terminal, summary);
    },
  };
}

export function reportInLines(terminal: Terminal, clock: Clock): GetReport {
  let name = "";
  let quietUntil = Infinity;
  return {
    everyMs: LINE_MS,
    begin: (step) => {
      name = expectedName(step);
      // What is done within seconds needs no line of its own in between.
      quietUntil = clock.now() + LINE_MS / 2;
    },
    resolved: (facts) => {
      name = cleanText(facts.name);
      const size = facts.size === null ? "size unknown" : formatBytes(facts.size);
      terminal.tell(`${name}  ${size}, to ${cleanText(facts.path)}`);
    },
    progress: (progress, waiting) => {
      const now = clock.now();
      if (now >= quietUntil && waiting === null) terminal.tell(progressLine(name, progress, now));
    },
    waiting: (failure, seconds) => {
      terminal.tell(`${name}  next try in ${formatDuration(seconds)}: ${cleanText(failure.message)}`);
    },
    end: (result) => showResult(terminal, name, result),
    finish: (summary) => showSummary(terminal, summary),
  };
}

/** Says only what went wrong. */
export function reportErrors(terminal: Terminal): GetReport {
  let name = "";
  return {
    everyMs: LINE_MS,
    begin: (step) => {
      name = expectedName(step);
    },
    resolved: (facts) => {
      name = cleanText(facts.name);
    },
    progress: () => {},
    waiting: () => {},
    end: (result) => {
      if (result.kind !== "done") showResult(terminal, name, result);
    },
    finish: () => {},
  };
}

function showResult(terminal: Terminal, name: string, result: GetResult): void {
  switch (result.kind) {
    case "done": {
      const [first = "", ...rest] = doneLines(result);
      const head = terminal.paintOut("green", first.slice(0, LABEL_COLUMNS));
      for (const line of [head + first.slice(LABEL_COLUMNS), ...rest]) terminal.print(line);
      return;
    }
    case "failed": {
      const [first = "", ...rest] = failedLines(name, result);
      for (const line of [terminal.paintErr("red", first), ...rest]) terminal.tell(line);
      return;
    }
    case "interrupted":
      terminal.tell(interruptedLine(name, result));
      return;
    default:
      throw result satisfies never;
  }
}

function showSummary(terminal: Terminal, summary: Summary): void {
  if (summary.done + summary.failed + summary.skipped > 1) terminal.print(summaryLine(summary));
}
