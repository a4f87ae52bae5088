/** curl: its meter, its bar (`-#`), its meter of parallel transfers (`-Z`), its errors. It never names a file. */
import { findCommonFailure } from "./classify-message.ts";
import { failureOfCurl, statusOfCurl } from "./curl-codes.ts";
import { progressOf, stageComplete, stageStart, subjectOf, subjectOfAll, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import { readCurlFrame } from "./read-curl.ts";
import type { CurlFrame, MeterFrame, ParallelFrame } from "./read-curl.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellFile } from "./tell-files.ts";
import type { ToolEvent } from "../../job/output-contract.ts";
import type { Report, Tally, TrackedFile } from "./track-files.ts";
import { advance, dropFile, finishFile, newFile, newTally, restart, startFile } from "./track-files.ts";

interface CurlState {
  tally: Tally;
  file: TrackedFile | null;
  /** Bytes that were there before: the meter counts the remainder only. */
  resumedAt: number;
  /** The last frame was closed. What follows tells whether the file was: a header or the end, not more frames of it. */
  closed: boolean;
  /** A frame of this file was drawn. */
  drawn: boolean;
  /** An error, until its next line tells whether curl tries again. */
  error: { number: number; message: string } | null;
  /** The next frame is of the same file again. */
  again: boolean;
  /** It warned that it may not write. */
  denied: boolean;
}

/** Files come one after another, but with `-Z`, where they are counted only. */
const KEY = "curl";

export const curl: Parser<CurlState> = {
  tool: "curl",
  start: () => ({
    tally: newTally(),
    file: null,
    resumedAt: 0,
    closed: false,
    drawn: false,
    error: null,
    again: false,
    denied: false,
  }),
  read,
  end: (state) => (state.error === null ? completeClosed(state) : fail(false, state)),
  claims: (text) =>
    HEADER.test(text) ||
    PARALLEL_HEADER.test(text) ||
    ERROR.test(text) ||
    RESUMING.test(text) ||
    BAR.test(text),
};

const HEADER = /^ *% Total +% Received/;
const PARALLEL_HEADER = /^DL% UL% +Dled/;
const RESUMING = /^\*\* Resuming transfer from byte position (\d{1,15})$/;
const ERROR = /curl: \((\d{1,3})\) (.{0,2000})$/;
const BAR = /^#{1,1000} {0,1000}\d{1,3}\.\d%$/;
/** Glued to the first frame. */
const DENIED = /Warning: Failed to (?:create|open) the file /;
const RETRY = /Will retry in/;

function read(line: OutputLine, state: CurlState): ToolEvent | null {
  if (state.error === null) return readLine(line, state);
  const event = fail(RETRY.test(line.text), state);
  // A header or an empty frame, as a rule: it is heeded, and says nothing itself.
  readLine(line, state);
  return event;
}

function readLine({ text, end }: OutputLine, state: CurlState): ToolEvent | null {
  const frame = readCurlFrame(text);
  if (frame !== null) return takeFrame(frame, end === "newline", state);
  // The sentence may be glued to the last frame.
  const error = text.includes("curl: (") ? ERROR.exec(text) : null;
  if (error !== null) {
    state.error = { number: Number(error[1]), message: error[2] ?? "" };
    return null;
  }
  if (HEADER.test(text)) return takeHeader(state);
  const resuming = RESUMING.exec(text);
  if (resuming !== null) {
    const event = completeClosed(state);
    state.resumedAt = Number(resuming[1]);
    return event;
  }
  if (DENIED.test(text)) state.denied = true;
  const code = findCommonFailure(text);
  return code === null ? null : toolError({ tool: "curl", code, message: text });
}

/** A header stands before each file of a command; a retry has none. */
function takeHeader(state: CurlState): ToolEvent | null {
  const event = completeClosed(state);
  if (state.file === null) begin(state);
  return event;
}

function begin(state: CurlState): TrackedFile {
  state.file = startFile(state.tally, KEY, newFile());
  state.closed = false;
  state.drawn = false;
  return state.file;
}

function takeFrame(frame: CurlFrame, closes: boolean, state: CurlState): ToolEvent | null {
  switch (frame.kind) {
    case "meter":
      return takeMeter(frame, closes, state);
    case "parallel":
      return takeParallel(frame, state);
    case "hashes":
      return takeHashes(frame.percent, closes, state);
    default:
      throw frame satisfies never;
  }
}

function takeMeter(frame: MeterFrame, closes: boolean, state: CurlState): ToolEvent | null {
  const { received, size } = frame;
  const { resumedAt } = state;
  // Frames without a header between them: what ended was the page of a redirect.
  const anew = state.closed && (received > 0 || size !== null);
  const file = state.file === null || anew ? begin(state) : state.file;
  // The first frame is drawn before anything is known.
  if (size === null && received === 0) return state.again ? beginAgain(file, state) : null;
  state.closed = closes;
  const event = take(state, {
    percent: size !== null && resumedAt === 0 ? frame.percent : null,
    bytesDone: resumedAt + received,
    bytesTotal: size === null ? null : resumedAt + size,
    bytesPerSecond: frame.bytesPerSecond,
    etaSeconds: frame.etaSeconds,
  });
  return anew ? stageStart(state.tally, subjectOf(file), null) : event;
}

/** What a retry without `-C -` fetched before is fetched again. */
function beginAgain(file: TrackedFile, state: CurlState): ToolEvent {
  state.again = false;
  restart(file);
  return stageStart(state.tally, subjectOf(file), null);
}

function takeHashes(percent: number, closes: boolean, state: CurlState): ToolEvent | null {
  if (state.file === null) begin(state);
  const first = !state.drawn;
  state.drawn = true;
  // A resumed transfer draws a full bar before its first byte.
  if (percent === 100 && first && !closes) return null;
  const event = take(state, { percent });
  // A last frame without a line feed is closed by the end of the output.
  state.closed = percent === 100;
  return closes && state.closed ? complete(state) : event;
}

function takeParallel(frame: ParallelFrame, { tally }: CurlState): ToolEvent | null {
  // Of no transfer there is nothing to tell.
  if (frame.transfers === 0) return null;
  tally.groupIsTold = true;
  tally.announced = frame.transfers;
  tally.finishedFiles = Math.max(0, frame.transfers - frame.live - tally.failedFiles);
  const { group } = tally;
  const { percent, received, bytesPerSecond, etaSeconds } = frame;
  const moved = advance(group, { percent, bytesDone: received, bytesPerSecond, etaSeconds });
  if (group.finished) return null;
  const subject = subjectOfAll(tally);
  group.finished = frame.live === 0 && tally.finishedFiles > 0;
  if (group.finished) return stageComplete(tally, group, subject);
  return moved === "same" ? null : progressOf(tally, group, subject);
}

function take(state: CurlState, report: Report): ToolEvent | null {
  const file = state.file ?? begin(state);
  return tellFile(state.tally, file, advance(file, report));
}

/** The file ended with its last frame, as nothing went wrong after it. */
function completeClosed(state: CurlState): ToolEvent | null {
  return state.closed ? complete(state) : null;
}

function complete(state: CurlState): ToolEvent | null {
  const { file } = state;
  state.closed = false;
  state.resumedAt = 0;
  state.file = null;
  if (file === null || (file.bytesDone === null && file.percent === null)) return null;
  finishFile(state.tally, KEY);
  return stageComplete(state.tally, file, subjectOf(file));
}

function fail(retrying: boolean, state: CurlState): ToolEvent {
  const { number, message } = state.error ?? { number: 0, message: "" };
  state.error = null;
  state.closed = false;
  state.again = retrying;
  state.drawn = false;
  if (!retrying) {
    dropFile(state.tally, KEY);
    state.file = null;
    state.resumedAt = 0;
  }
  const code = number === 23 && state.denied ? "write_denied" : failureOfCurl(number, message);
  return toolError({ tool: "curl", code, message, status: statusOfCurl(number, message), retrying });
}
