/** aria2c: its readout (`[#5b1208 0.9MiB/2.8MiB(33%) CN:1 DL:0.9MiB ETA:1s]`), summaries, notices, results. */
import { failureOfAria, statusOfAria } from "./aria2c-codes.ts";
import { findCommonFailure, statusIn } from "./classify-message.ts";
import { readSize, readSpoken } from "./figures.ts";
import { stageComplete, stageStart, subjectOf, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellFile, tellGroup } from "./tell-files.ts";
import type { ToolEvent } from "../../job/output-contract.ts";
import type { Advance, Report, Tally } from "./track-files.ts";
import {
  advance,
  baseName,
  dropFile,
  fileOfPath,
  finishFile,
  newFile,
  newTally,
  startFile,
  wholeOf,
  nameOfUrl,
} from "./track-files.ts";

interface AriaState {
  tally: Tally;
  /** The download that a `FILE:` after it names. */
  last: string | null;
  /** Downloads that the present summary has told of; null outside of one. */
  summary: Set<string> | null;
  /** Paths whose end was told before it was known which download they are. */
  ended: string[];
  /** What the last error said, until it is known whether the download is given up. */
  error: { code: number | null; message: string } | null;
  /** Of the download that the last error was about. */
  url: string | null;
  /** Short ids and paths of downloads whose end was told. */
  told: Set<string>;
}

/** Ends that are remembered: more than it runs side by side. */
const MAX_REMEMBERED = 256;

export const aria2c: Parser<AriaState> = {
  tool: "aria2c",
  start: () => ({
    tally: newTally(),
    last: null,
    summary: null,
    ended: [],
    error: null,
    url: null,
    told: new Set(),
  }),
  read,
  claims: (text) =>
    /^\[#[0-9a-f]{6} |^\[DL:|^\d\d\/\d\d \d\d:\d\d:\d\d \[(?:NOTICE|ERROR)\] |^ \*\*\* Download Progress Summary/.test(
      text,
    ),
};

const SUMMARY = " *** Download Progress Summary";
const ITEMS = /Downloading (\d{1,9}) item\(s\)$/;
const COMPLETE = /\] Download complete: (.{1,4096})$/;
const NOT_COMPLETE = /\] Download GID#([0-9a-f]{6})[0-9a-f]* not complete: ?(.{0,4096})$/;
const ERROR_CODE = /errorCode=(\d{1,3}) (.{1,2000})$/;
const CHECKSUM = /\] Checksum error detected\. file=(.{1,4096})$/;
const RESULT = /^([0-9a-f]{6})\|(OK|ERR|INPR|RM) *\| *\S{1,20}\|(.{1,4096})$/;

function read(line: OutputLine, state: AriaState): ToolEvent | null {
  const { text } = line;
  if (text.startsWith("[#") || text.startsWith("[DL:")) return takeReadout(text, state);
  if (text.startsWith("FILE: ")) return takeFile(text.slice(6), state);
  if (text.startsWith(SUMMARY)) {
    state.summary = new Set();
    return null;
  }
  const items = ITEMS.exec(text);
  if (items !== null) {
    state.tally.announced = Number(items[1]);
    return null;
  }
  const complete = COMPLETE.exec(text);
  if (complete !== null) return takeComplete(complete[1] ?? "", state);
  const given = NOT_COMPLETE.exec(text);
  if (given !== null) return takeFailure(given[1] ?? "", given[2] ?? "", state);
  const result = text.charCodeAt(6) === 0x7c ? RESULT.exec(text) : null;
  if (result !== null) return takeResult(result[1] ?? "", result[2] ?? "", result[3] ?? "", state);
  return noteError(text, state);
}

/** `#b6f00b 0.9MiB/2.8MiB(33%) CN:1 DL:0.9MiB ETA:1s`; narrow terminals cut its end off. */
const DOWNLOAD =
  /^#([0-9a-f]{6}) ([0-9.]{1,20}[KMGTP]?i?B)\/([0-9.]{1,20}[KMGTP]?i?B)(?:\((\d{1,3})%\))?(.{0,200})$/;
const SPEED = / DL:([0-9.]{1,20}[KMGTP]?i?B)(?: |$)/;
const ETA = / ETA:([0-9dhms]{1,20})$/;

/** Most downloads that are read of one readout; aria2c shows five and counts the others: `(+3)`. */
const MAX_SHOWN = 64;

function partsOf(text: string): string[] {
  const close = text.lastIndexOf("]");
  const inner = text.slice(1, close < 0 ? undefined : close);
  return inner.includes("][") ? inner.split("][", MAX_SHOWN) : [inner];
}

/** `[#… …]`, or for several `[DL:7.7MiB][#b6f00b 0.9MiB/2.8MiB(33%)][#fddcbe 1.8MiB/0B](+3)` */
function takeReadout(text: string, state: AriaState): ToolEvent | null {
  const { tally } = state;
  const parts = partsOf(text);
  const overall = parts[0]?.startsWith("DL:") === true ? readSize(parts[0].slice(3), 1024) : null;
  const shown: string[] = [];
  let moved: Advance = "same";
  for (const part of parts) {
    const download = DOWNLOAD.exec(part);
    if (download === null) continue;
    const gid = download[1] ?? "";
    shown.push(gid);
    const file = tally.active.get(gid) ?? startFile(tally, gid, newFile());
    const now = advance(file, reportOf(download));
    if (now !== "same") moved = now;
  }
  const gid = shown[0];
  if (gid === undefined) return null;
  state.last = gid;
  // A summary tells of each download once; what comes after it is the readout, which shows all there are.
  if (overall === null && state.summary?.has(gid) === false) state.summary.add(gid);
  else {
    state.summary = null;
    if (state.ended.length > 0 && !text.includes("(+")) settleEnded(new Set(shown), state);
  }
  const file = tally.active.get(gid);
  if (wholeOf(tally).files === 1 && file !== undefined) return tellFile(tally, file, moved);
  return tellGroup(tally, overall === null ? {} : { bytesPerSecond: overall });
}

function reportOf(download: RegExpExecArray): Report {
  const [, , done = "", total = "", percent, more = ""] = download;
  const bytesTotal = readSize(total, 1024);
  const speed = SPEED.exec(more)?.[1];
  const eta = ETA.exec(more)?.[1];
  return {
    percent: percent === undefined ? null : Number(percent),
    bytesDone: readSize(done, 1024),
    // It writes 0B where it does not know.
    bytesTotal: bytesTotal === 0 ? null : bytesTotal,
    bytesPerSecond: speed === undefined ? null : readSize(speed, 1024),
    etaSeconds: eta === undefined ? null : readSpoken(eta),
  };
}

/** Downloads that are shown no more are those whose end was told. */
function settleEnded(shown: ReadonlySet<string>, state: AriaState): void {
  for (const [gid, file] of state.tally.active) {
    if (shown.has(gid)) continue;
    const path = file.path ?? state.ended[0];
    const at = path === undefined ? -1 : state.ended.indexOf(path);
    if (path === undefined || at < 0) continue;
    state.ended.splice(at, 1);
    state.tally.endedFiles -= 1;
    Object.assign(file, { name: baseName(path), path });
    finishFile(state.tally, gid);
  }
}

/** A summary names the download above. */
function takeFile(path: string, state: AriaState): ToolEvent | null {
  const file = state.tally.active.get(state.last ?? "");
  if (file === undefined || file.path === path || path.startsWith("[METADATA]")) return null;
  const { name } = fileOfPath(path);
  Object.assign(file, { name, path });
  return stageStart(state.tally, subjectOf(file), path);
}

function takeComplete(path: string, state: AriaState): ToolEvent {
  const { tally } = state;
  remember(path, state);
  const gid = findEnded(path, tally);
  const file = gid === null ? fileOfPath(path) : (tally.active.get(gid) ?? fileOfPath(path));
  if (gid === null) {
    if (state.ended.length >= MAX_REMEMBERED) state.ended.shift();
    state.ended.push(path);
    tally.endedFiles += 1;
  } else {
    Object.assign(file, { name: baseName(path), path });
    finishFile(tally, gid);
  }
  return stageComplete(tally, file, subjectOf(file));
}

function remember(what: string, { told }: AriaState): void {
  if (told.size >= MAX_REMEMBERED) told.clear();
  told.add(what);
}

/** Seconds to go up to which the only download under way may be the one that is whole now: it is drawn once a second. */
const MAY_BE_DONE_SECONDS = 3;

/** Which download a path is that just ended; null where that cannot be told. */
function findEnded(path: string, tally: Tally): string | null {
  for (const [gid, file] of tally.active) if (file.path === path) return gid;
  const [only, other] = tally.active;
  if (only === undefined || other !== undefined || only[1].path !== null) return null;
  const [gid, file] = only;
  const alone = tally.announced <= 1 || file.bytesTotal === null;
  return alone || (file.etaSeconds ?? Infinity) <= MAY_BE_DONE_SECONDS || file.percent === 100 ? gid : null;
}

/** The table at the end, in every language the same, tells which path each download was, and ends nobody told. */
function takeResult(gid: string, status: string, path: string, state: AriaState): ToolEvent | null {
  const { tally } = state;
  if (status === "ERR" || status === "INPR") return takeFailure(gid, path, state);
  if (status !== "OK") return null;
  const file = tally.active.get(gid);
  if (file !== undefined) Object.assign(file, { name: baseName(path), path });
  if (!state.told.has(path)) return takeComplete(path, state);
  const at = state.ended.indexOf(path);
  if (at < 0) return null;
  state.ended.splice(at, 1);
  tally.endedFiles -= 1;
  if (file === undefined) startFile(tally, gid, fileOfPath(path));
  finishFile(tally, gid);
  return null;
}

function noteError(text: string, state: AriaState): ToolEvent | null {
  const told = ERROR_CODE.exec(text);
  // `errorCode=3 URI=…` is followed by the sentence.
  if (told !== null) {
    const message = told[2] ?? "";
    if (message.startsWith("URI=")) state.url = message.slice(4);
    else state.error = { code: Number(told[1]), message };
    return null;
  }
  const checksum = CHECKSUM.exec(text);
  if (checksum !== null) {
    state.error = { code: 32, message: "Checksum error detected" };
    return null;
  }
  const code = findCommonFailure(text);
  return code === null ? null : toolError({ tool: "aria2c", code, message: text });
}

/** Given up: `not complete` where notices are shown, the table in any case. */
function takeFailure(gid: string, path: string, state: AriaState): ToolEvent | null {
  if (state.told.has(gid)) return null;
  remember(gid, state);
  const { tally, error } = state;
  const key = [...tally.active.keys()].find((known) => known === gid) ?? gid;
  const known = tally.active.get(key);
  if (known === undefined) tally.failedFiles += 1;
  else dropFile(tally, key);
  const nameless = path === "" || /^[a-z]+:\/\//.test(path);
  const file = nameless ? (known ?? newFile(nameOfUrl(state.url ?? path))) : fileOfPath(path);
  state.error = null;
  state.url = null;
  // Without an error it was asked to stop.
  const code = error === null ? "stopped" : failureOfAria(error.code, error.message);
  const status = statusIn(error?.message ?? "") ?? statusOfAria(error?.code ?? null);
  const message = error?.message ?? "stopped before it was complete";
  return toolError({ tool: "aria2c", code, message, status, subject: subjectOf(file) });
}
