/** For people, of many files: those that take their time as bars, one line for the whole, and a line for each that ended. */
import type { Clock } from "../../job/clock.ts";
import { cleanText, fitEnd } from "../screen/clean-text.ts";
import { drawBars } from "../screen/draw-bar.ts";
import { formatDuration } from "../screen/format.ts";
import { LiveBlock } from "../screen/live-block.ts";
import type { Terminal } from "../screen/terminal.ts";
import type { FileAtWork } from "./file-at-work.ts";
import type { GetResult } from "./get-file.ts";
import { BAR_MS, LINE_MS, troubleLines } from "./report-progress.ts";
import type { GetReport, GetView, Summary } from "./report.ts";
import { barFacts, summaryLine } from "./words.ts";
import { endedLine, totalLine, troubleAgain } from "./words-many.ts";

/** What is over sooner needs no bar of its own: it would be gone before it is read. */
const SHOWN_AFTER_MS = 400;
/** On fewer columns the connections of each file would take the place of its bar. */
const COLUMNS_FOR_CONNECTIONS = 100;

export function reportManyOnScreen(terminal: Terminal, clock: Clock): GetReport {
  const block = new LiveBlock(terminal);
  const troubles = new Troubles();
  let frame = 0;
  let redraw = (): void => {};
  const stopListening = terminal.onResize(() => redraw());
  return {
    everyMs: BAR_MS,
    begin: () => {},
    resolved: () => {},
    waiting: () => {},
    tick: (view) => {
      frame += 1;
      redraw = () => block.draw(pictureOf(view, terminal, clock.now(), frame));
      redraw();
    },
    end: (file, result) => {
      troubles.take(file, result);
      if (result.kind !== "done") {
        for (const line of troubleLines(terminal, file.name, result)) block.log(line);
        return;
      }
      // What is printed to the same screen has to wait for the picture to be drawn around it.
      if (terminal.printsToScreen) block.log(doneOnScreen(terminal, file, result));
      else terminal.print(endedLine(cleanText(result.path), result));
    },
    finish: (summary) => {
      stopListening();
      block.clear();
      troubles.tell(terminal, summary);
    },
  };
}

export function reportManyInLines(terminal: Terminal): GetReport {
  const troubles = new Troubles();
  return {
    everyMs: LINE_MS,
    begin: () => {},
    resolved: () => {},
    tick: ({ total }) => terminal.tell(totalLine(total)),
    waiting: ({ name }, failure, seconds) => {
      terminal.tell(`${name}  next try in ${formatDuration(seconds)}: ${cleanText(failure.message)}`);
    },
    end: (file, result) => {
      troubles.take(file, result);
      if (result.kind === "done") terminal.print(endedLine(cleanText(result.path), result));
      else for (const line of troubleLines(terminal, file.name, result)) terminal.tell(line);
    },
    finish: (summary) => troubles.tell(terminal, summary),
  };
}

function doneOnScreen(
  terminal: Terminal,
  file: FileAtWork,
  result: Extract<GetResult, { kind: "done" }>,
): string {
  const line = fitEnd(endedLine(file.name, result), terminal.columns() - 1);
  const [first = ""] = line.split(" ");
  return terminal.paintOut("green", first) + line.slice(first.length);
}

/** No more lines than the terminal has rows. */
function pictureOf({ atWork, total }: GetView, terminal: Terminal, now: number, frame: number): string[] {
  const { unicode, paintErr: paint } = terminal;
  const columns = terminal.columns();
  const slow = atWork.filter(({ beganAt }) => now - beganAt >= SHOWN_AFTER_MS);
  // One row for the whole, one the cursor may need, and one to say how many more there are.
  const room = Math.max(0, terminal.rows() - 3);
  const facts = slow.slice(0, room).map((file) => {
    const { progress, waiting } = file.gauge.settle();
    const facts = barFacts(file.name, progress, waiting, now);
    return columns < COLUMNS_FOR_CONNECTIONS ? { ...facts, connections: 1 } : facts;
  });
  const bars = facts.length === 0 ? [] : drawBars(facts, { columns, unicode, paint, frame });
  const words = fitEnd(`… and ${slow.length - room} more`, columns - 1);
  const more = slow.length > room && room > 0 ? [paint("dim", words)] : [];
  return [...bars, ...more, paint("bold", totalLine(total, columns - 1))];
}

/** What went wrong scrolls away among hundreds of lines; it is told again at the end, in the order of the list. */
class Troubles {
  readonly #failed: { index: number; name: string; message: string }[] = [];
  #ended = 0;

  take({ index, name }: FileAtWork, result: GetResult): void {
    this.#ended += 1;
    if (result.kind === "failed") this.#failed.push({ index, name, message: result.failure.message });
  }

  tell(terminal: Terminal, summary: Summary): void {
    const failed = this.#failed.sort((a, b) => a.index - b.index);
    for (const line of troubleAgain(failed, this.#ended)) terminal.tell(line);
    terminal.print(summaryLine(summary));
  }
}
