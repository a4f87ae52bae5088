/** Any program with tqdm's bars: one bar for each file, one after another or side by side. */
import { findCommonFailure, classifyMessage, statusIn } from "./classify-message.ts";
import { progressOf, stageComplete, subjectOf, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import type { TqdmFrame } from "./read-tqdm.ts";
import { countsBytes, isFull, readTqdm, sizesOf } from "./read-tqdm.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellFile, tellGroup } from "./tell-files.ts";
import type { Tool, ToolError, ToolEvent } from "../../job/output-contract.ts";
import type { Tally, TrackedFile } from "./track-files.ts";
import { advance, baseName, finishFile, newFile, newTally, startFile } from "./track-files.ts";

interface TqdmState {
  tally: Tally;
  /** The unit of the last frame that showed one: narrow terminals cut it off. */
  unit: string | null;
  /** Bars that filled: one is drawn again when those beside it move. */
  full: Set<string>;
  /** Several are drawn at once, until none is left: they are told together. */
  together: boolean;
}

/** Full bars that are remembered: more than fit on a screen. */
const MAX_FULL_BARS = 256;

export const tqdm: Parser<TqdmState> = {
  tool: "tqdm",
  start: () => ({ tally: newTally(), unit: null, full: new Set(), together: false }),
  read,
  claims: (text) => readTqdm(text) !== null || EXCEPTION.test(text),
};

function read(line: OutputLine, state: TqdmState): ToolEvent | null {
  const frame = readTqdm(line.text);
  if (frame === null) return readPythonError(line.text, "tqdm");
  state.unit = frame.unit ?? state.unit;
  const { tally } = state;
  const key = frame.description;
  if (isFull(frame) && state.full.has(key)) return null;
  state.full.delete(key);
  const file = fileOf(tally, key);
  if (tally.active.size > 1) state.together = true;
  const event = take(frame, file, state);
  if (line.end !== "newline" || !isLast(frame, state)) return event;
  rememberFull(state.full, key);
  finishFile(tally, key);
  if (tally.active.size === 0) state.together = false;
  return stageComplete(tally, file, subjectOf(file));
}

/** The last frame is closed by a line feed; an earlier one may be full by rounding, or closed to get to another bar. */
function isLast(frame: TqdmFrame, state: TqdmState): boolean {
  return isFull(frame) || (frame.percent === null && frame.total === null && !state.together);
}

export function rememberFull(full: Set<string>, key: string): void {
  if (full.size >= MAX_FULL_BARS) full.clear();
  full.add(key);
}

/** The file of a bar. Descriptions are names, paths, or nothing. */
export function fileOf(tally: Tally, description: string): TrackedFile {
  const known = tally.active.get(description);
  if (known !== undefined) return known;
  return startFile(tally, description, newFile(description === "" ? null : baseName(description)));
}

function take(frame: TqdmFrame, file: TrackedFile, state: TqdmState): ToolEvent | null {
  const { percent, etaSeconds } = frame;
  // What is counted in thousands are bytes, as a rule.
  const unit = frame.unit ?? state.unit ?? (/[kMGT]$/.test(frame.total ?? "") ? "B" : null);
  if (!countsBytes(unit)) return tellCount(state.tally, file, frame);
  // `iB` is what people write who divide by 1024.
  const moved = advance(file, { percent, etaSeconds, ...sizesOf(frame, unit === "iB" ? 1024 : 1000) });
  return state.together ? tellGroup(state.tally) : tellFile(state.tally, file, moved);
}

/** A bar that counts things: its figures are texts without a unit. */
export function tellCount(tally: Tally, file: TrackedFile, frame: TqdmFrame): ToolEvent | null {
  const { percent, etaSeconds } = frame;
  if (advance(file, { percent, etaSeconds }) === "same") return null;
  return {
    ...progressOf(tally, file, subjectOf(file)),
    downloaded: countOf(frame.done),
    total: countOf(frame.total),
  };
}

/** `1.00` and `1` are the same count. */
function countOf(text: string | null): string | null {
  return text === null ? null : text.replace(/\.0+$/, "");
}

/** `ConnectionError: …`, `requests.exceptions.HTTPError: 404 Client Error: Not Found for url: …` */
const EXCEPTION = /^(?:[A-Za-z_][\w.]{0,200}\.)?([A-Z]\w{0,80}(?:Error|Exception|Timeout)): (.{1,4000})$/;

/** The last line of a traceback, or what any program may say. */
export function readPythonError(text: string, tool: Tool): ToolError | null {
  const exception = EXCEPTION.exec(text);
  if (exception !== null) {
    const message = exception[2] ?? "";
    return toolError({ tool, code: classifyMessage(message), message, status: statusIn(message) });
  }
  const code = findCommonFailure(text);
  return code === null ? null : toolError({ tool, code, message: text });
}
