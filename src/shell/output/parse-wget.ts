/** GNU Wget 1.x: bars, dot modes, `-nv`, `-q --show-progress`, lists of files, resumed downloads, in any language. */
import { classifyMessage, findCommonFailure } from "./classify-message.ts";
import { failureOfStatus } from "../../job/status-failure.ts";
import { stageComplete, stageStart, subjectOf, toolError } from "./make-event.ts";
import type { ErrorFacts } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import { readBar } from "./read-bar.ts";
import type { Bar } from "./read-bar.ts";
import { bytesPerDot, readDotRow } from "./read-dots.ts";
import type { DotRow } from "./read-dots.ts";
import { readQuoted } from "./read-quoted.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellFile } from "./tell-files.ts";
import type { ToolEvent } from "../../job/output-contract.ts";
import {
  advance,
  dropFile,
  fileOfPath,
  finishFile,
  nameOfUrl,
  newFile,
  newTally,
  restart,
  startFile,
} from "./track-files.ts";
import type { Report, Tally, TrackedFile } from "./track-files.ts";
import { readWgetLine } from "./wget-lines.ts";
import type { WgetLine } from "./wget-lines.ts";

interface WgetState {
  tally: Tally;
  file: TrackedFile | null;
  /** Of the last request: its address, the answer's status and length. */
  url: string | null;
  status: number | null;
  bytesTotal: number | null;
  /** The request repeats one for the same file: `(try: 2)`. */
  again: boolean;
  /** The answer's length was told; the next line names the file. */
  nameIsNext: boolean;
  /** The last sentence: names the file if nothing else did. */
  lastText: string;
  /** No request was announced: `-q --show-progress`. */
  quiet: boolean;
  rowOffset: number | null;
  rowBytes: number | null;
}

/** Wget fetches one file after another. */
const KEY = "wget";

export const wget: Parser<WgetState> = {
  tool: "wget",
  start: () => ({
    tally: newTally(),
    file: null,
    url: null,
    status: null,
    bytesTotal: null,
    again: false,
    nameIsNext: false,
    lastText: "",
    quiet: true,
    rowOffset: null,
    rowBytes: null,
  }),
  read,
  claims: (text) =>
    OWN_WORDS.test(text) ||
    ((text.includes("%[") || text.includes("<=>")) && readOwnBar(text) !== null) ||
    (text.includes("K .....") && readDotRow(text) !== null),
};

const OWN_WORDS =
  /^--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--  \S|^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d (?:\([^)]{1,60}\) [-—–] |URL: ?\S)|already there; not retrieving/;

/** Wget2 sets a space before the bar; so did wget before it put names there. */
function readOwnBar(text: string): Bar | null {
  const bar = text.includes("]") || text.includes("% ") ? readBar(text) : null;
  return bar !== null && bar.name !== "" && bar.spaced ? null : bar;
}

function read(line: OutputLine, state: WgetState): ToolEvent | null {
  const { text } = line;
  const bar = readOwnBar(text);
  if (bar !== null) return takeBar(bar, line.end !== "open", state);
  const row = text.includes("K ") ? readDotRow(text) : null;
  if (row !== null) return takeRow(row, line.end !== "open", state);
  if (state.nameIsNext) return takeName(text, state);
  // Only this answer is explained in an indented sentence: the file is there already.
  if (state.status === 416 && text.startsWith("    ")) return takeThere(null, state);
  const said = readWgetLine(text);
  const event = said === null ? findOther(text, state) : takeLine(said, state);
  state.lastText = text;
  return event;
}

function takeLine(said: WgetLine, state: WgetState): ToolEvent | null {
  switch (said.kind) {
    case "request":
      return takeRequest(said.url, said.again, state);
    case "answer":
      state.status = said.status;
      return null;
    case "about":
      state.url = said.url;
      return null;
    case "length":
      // Other lines may have a colon and a number, too.
      if (state.status !== null || state.url?.startsWith("ftp") === true) {
        state.bytesTotal = said.bytes;
        state.nameIsNext = true;
      }
      return null;
    case "saved":
      return takeSaved(said, state);
    case "fetched":
      begin(state, fileOfPath(said.path));
      return takeSaved(said, state);
    case "there":
      return takeThere(said.path, state);
    case "cut": {
      const code = classifyMessage(said.message);
      const known = code === "timed_out" ? code : "connection_lost";
      return fail(state, { code: known, message: said.message, retrying: !said.givesUp });
    }
    case "refused": {
      const code = said.status === null ? "bad_response" : failureOfStatus(said.status);
      return fail(state, { code, message: said.message, status: said.status });
    }
    case "failed": {
      const status = said.code === "unauthorized" ? 401 : null;
      return fail(state, { code: said.code, message: said.message, status, retrying: said.goesOn });
    }
    default:
      throw said satisfies never;
  }
}

function findOther(text: string, state: WgetState): ToolEvent | null {
  const code = findCommonFailure(text);
  return code === null ? null : fail(state, { code, message: text });
}

function fail(state: WgetState, facts: Omit<ErrorFacts, "tool" | "subject">): ToolEvent {
  const file = state.file?.finished === false ? state.file : newFile(nameOfUrl(state.url ?? ""));
  if (facts.retrying !== true) {
    dropFile(state.tally, KEY);
    state.file = null;
  }
  return toolError({ tool: "wget", ...facts, subject: subjectOf(file) });
}

function takeRequest(url: string, again: boolean, state: WgetState): null {
  state.url = url;
  state.again = again;
  state.status = null;
  state.bytesTotal = null;
  state.quiet = false;
  if (!again && state.file?.finished === true) state.file = null;
  return null;
}

/** `Saving to: ‘x’` */
function takeName(text: string, state: WgetState): ToolEvent {
  state.nameIsNext = false;
  const quoted = readQuoted(text);
  // What it calls the output of `-O -`.
  const path = quoted === "STDOUT" ? null : quoted;
  const { file } = state;
  if (state.again && file !== null && !file.finished) {
    // An answer with all of it begins anew, and so does another file; one with the rest goes on.
    const shorter = (state.bytesTotal ?? Infinity) < (file.bytesDone ?? 0);
    if (state.status !== 206 || shorter) restart(file);
    file.bytesTotal = state.bytesTotal;
    return stageStart(state.tally, subjectOf(file), file.path);
  }
  const begun = begin(state, path === null ? newFile(nameOfUrl(state.url ?? "")) : fileOfPath(path));
  return stageStart(state.tally, subjectOf(begun), begun.path);
}

function begin(state: WgetState, file: TrackedFile): TrackedFile {
  if (state.file?.finished === false) dropFile(state.tally, KEY);
  state.file = startFile(state.tally, KEY, file);
  file.bytesTotal = state.bytesTotal;
  state.rowOffset = null;
  state.rowBytes = null;
  return file;
}

/** The file that figures are about, though nothing may have named it. */
function present(state: WgetState, shownName: string): TrackedFile | null {
  const { file } = state;
  if (file !== null && !file.finished) return file;
  // A bar may be drawn once more after the end.
  if (file !== null && !state.quiet) return null;
  const path = state.quiet ? null : readQuoted(state.lastText);
  if (path !== null) return begin(state, fileOfPath(path));
  return begin(state, newFile(shownName === "" ? nameOfUrl(state.url ?? "") : shownName));
}

function takeBar(bar: Bar, ended: boolean, state: WgetState): ToolEvent | null {
  const file = present(state, bar.name);
  if (file === null) return null;
  // Of an unknown length only the last frame tells a time, and of a known one the last tells what it took.
  const last = bar.seconds !== null && (bar.percent === 100 || bar.percent === null);
  return take(state, file, last && ended, {
    percent: bar.percent,
    bytesDone: within(bar.bytesDone, bar.percent, file.bytesTotal),
    bytesPerSecond: bar.bytesPerSecond,
    etaSeconds: last || bar.took || bar.percent === 100 ? null : bar.seconds,
  });
}

function takeRow(row: DotRow, ended: boolean, state: WgetState): ToolEvent | null {
  const file = present(state, "");
  if (file === null) return null;
  if (state.rowOffset !== null && row.offset > state.rowOffset) state.rowBytes = row.offset - state.rowOffset;
  state.rowOffset = row.offset;
  const dot = bytesPerDot(row, state.rowBytes);
  const drawn = dot === null ? null : row.offset + row.dots * dot;
  const last = row.last && (row.percent === 100 || row.percent === null);
  return take(state, file, last && ended, {
    percent: row.percent,
    bytesDone: row.percent === 100 ? (file.bytesTotal ?? drawn) : drawn,
    // Of the last row, and so of a few kilobytes.
    bytesPerSecond: row.last ? null : row.bytesPerSecond,
    etaSeconds: row.etaSeconds,
  });
}

function take(state: WgetState, file: TrackedFile, last: boolean, report: Report): ToolEvent | null {
  const moved = advance(file, report);
  // Without sentences the last frame is the end; else the sentence after it is.
  if (last && state.quiet) return complete(state, file, null);
  return tellFile(state.tally, file, moved);
}

/** Rounded bytes, put where the percent says they are. */
function within(done: number | null, percent: number | null, total: number | null): number | null {
  if (done === null || percent === null || total === null) return done;
  return percent === 100 ? total : Math.min(total, Math.max(done, Math.ceil((percent * total) / 100)));
}

function takeSaved(said: WgetLine & { kind: "saved" | "fetched" }, state: WgetState): ToolEvent | null {
  const file = state.file?.finished === false ? state.file : begin(state, newFile());
  if (said.path !== null && file.path !== said.path) Object.assign(file, fileOfPath(said.path));
  if (said.total !== null && said.bytes < said.total) {
    const message = `${said.bytes} of ${said.total} bytes came`;
    return fail(state, { code: "truncated", message, retrying: true });
  }
  return complete(state, file, said.bytes);
}

/** The file was there before: nothing was begun. */
function takeThere(path: string | null, state: WgetState): ToolEvent {
  state.status = null;
  const file = begin(state, path === null ? newFile(nameOfUrl(state.url ?? "")) : fileOfPath(path));
  return complete(state, file, null);
}

function complete(state: WgetState, file: TrackedFile, bytes: number | null): ToolEvent {
  if (bytes !== null) file.bytesDone = bytes;
  if (bytes !== null) file.bytesTotal = bytes;
  finishFile(state.tally, KEY);
  return stageComplete(state.tally, file, subjectOf(file));
}
