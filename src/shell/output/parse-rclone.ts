/** rclone: `-P`, `--stats` with or without `--stats-one-line`, and `--use-json-log`. It counts everything itself. */
import { classifyMessage, findCommonFailure, statusIn } from "./classify-message.ts";
import { readClock, readSize, readSpoken } from "./figures.ts";
import { stageComplete, subjectOf, subjectOfAll, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import { readRcloneJson } from "./rclone-json.ts";
import type { RcloneStats } from "./rclone-json.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellGroup } from "./tell-files.ts";
import type { Subject, ToolEvent } from "../../job/output-contract.ts";
import type { Report, Tally } from "./track-files.ts";
import { fileOfPath, newTally } from "./track-files.ts";

interface RcloneState {
  tally: Tally;
  complete: boolean;
  /** All bytes are there, as far as it knows. */
  full: boolean;
  /** The last file of the list of those under way. */
  listed: string | null;
  /** Its size is not known: what came is told as the total. */
  unsized: boolean;
  /** The last error that was told; it says everything twice or thrice. */
  error: string | null;
}

export const rclone: Parser<RcloneState> = {
  tool: "rclone",
  start: () => {
    const tally = newTally();
    tally.groupIsTold = true;
    return { tally, complete: false, full: false, listed: null, unsized: false, error: null };
  },
  read,
  claims: (text) =>
    text.includes("Transferred: ") ||
    OWN_WORDS.test(text) ||
    (text.startsWith('{"') && readRcloneJson(text) !== null),
};

/** `Transferred:   \t    1.439 MiB / 2.861 MiB, 50%, 975.608 KiB/s, ETA 1s`; frames of `-P` are glued to each other. */
const BYTES =
  /^\s{1,12}([\d.]{1,20} ?[KMGTP]?i?B(?:ytes)?) \/ ([\d.]{1,20} ?[KMGTP]?i?B(?:ytes)?), (?:(\d{1,3})%|-), ([\d.]{1,20} ?[KMGTP]?i?B(?:ytes)?\/s), ETA (\S{1,20})/;
/** `Transferred:            0 / 1, 0%` */
const FILES = /^\s{1,20}(\d{1,12}) \/ (\d{1,12}), (?:(\d{1,3})%|-)/;
const ONE_LINE =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:INFO|NOTICE) {0,3}: {1,12}[\d.]{1,20} ?[KMGTP]?i?B \/ [\d.]{1,20} ?[KMGTP]?i?B, /;
/** ` *                                       out.bin: 16% /2.861Mi, 0/s, -` */
const LISTED = /^ \* {1,60}(\S.{0,300}): {1,3}(?:\d{1,3}% \/(off)?|transferring|checking)/;
const OWN_WORDS = /^\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d (?:DEBUG|INFO|NOTICE|ERROR) {0,3}: /;
const COPIED = /(?:INFO) {0,3}: (.{1,4096}): (?:Multi-thread )?Copied \(/;
const ATTEMPT = /Attempt (\d{1,5})\/(\d{1,5}) failed with \d{1,9} errors? and: (.{1,4000})$/;
const FAILED =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:CRITICAL: )?Failed to \S{1,30}(?: with \d{1,9} errors: last error was)?: (.{1,4000})$/;
const ERROR_LINE = /^\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d ERROR : (.{1,4000})$/;

function read({ text }: OutputLine, state: RcloneState): ToolEvent | null {
  if (text.startsWith('{"')) return takeJson(text, state);
  const listed = text.startsWith(" *") ? LISTED.exec(text) : null;
  if (listed !== null) {
    state.listed = listed[1] ?? null;
    state.unsized = listed[2] === "off";
  }
  const at = text.lastIndexOf("Transferred:");
  if (at >= 0) return takeTransferred(text.slice(at + 12), state);
  if (listed !== null) return null;
  const oneLine = ONE_LINE.test(text) ? BYTES.exec(text.slice(text.indexOf(" :") + 2)) : null;
  if (oneLine !== null) return takeBytes(oneLine, state);
  const copied = text.includes("Copied (") ? COPIED.exec(text) : null;
  if (copied !== null) return takeCopied(copied[1] ?? "", state);
  return takeError(text, state);
}

function takeTransferred(stats: string, state: RcloneState): ToolEvent | null {
  const bytes = BYTES.exec(stats);
  if (bytes !== null) return takeBytes(bytes, state);
  const files = FILES.exec(stats);
  return files === null ? null : takeFiles(Number(files[1]), Number(files[2]), state);
}

function takeBytes(bytes: RegExpExecArray, state: RcloneState): ToolEvent | null {
  const [, done = "", total = "", percent, speed = "", eta = ""] = bytes;
  const size = (text: string): number | null => readSize(text.replace("Bytes", "B").replace(" ", ""), 1024);
  return takeReport(
    {
      percent: percent === undefined ? null : Number(percent),
      bytesDone: size(done),
      bytesTotal: size(total),
      bytesPerSecond: size(speed),
      etaSeconds: readSpoken(eta) ?? readClock(eta),
    },
    state,
  );
}

function takeReport(report: Report, state: RcloneState): ToolEvent | null {
  const total = report.bytesTotal ?? 0;
  state.full = total > 0 && report.bytesDone === total;
  if (!state.full) state.complete = false;
  // Nothing is listed yet, or nothing but what has come already.
  if (total === 0 || state.complete || (state.full && state.tally.announced === 0)) return null;
  const sized = state.unsized ? { ...report, percent: null, bytesTotal: null, etaSeconds: null } : report;
  return tellGroup(state.tally, sized, subjectNow(state));
}

/** A file that is alone goes by its name. */
function subjectNow({ tally, listed }: RcloneState): Subject {
  return tally.announced === 1 && listed !== null ? subjectOf(fileOfPath(listed)) : subjectOfAll(tally);
}

/** The line of files follows that of bytes: together they say whether it is the end. */
function takeFiles(done: number, files: number, state: RcloneState): ToolEvent | null {
  state.tally.announced = files;
  state.tally.finishedFiles = Math.min(done, files);
  return files > 0 && done === files && state.full ? completeAll(state) : null;
}

function completeAll(state: RcloneState): ToolEvent | null {
  if (state.complete) return null;
  state.complete = true;
  return stageComplete(state.tally, state.tally.group, subjectNow(state));
}

/** With `-v` each file is told; all of them are told apart from that. */
function takeCopied(path: string, { tally }: RcloneState): ToolEvent {
  const file = fileOfPath(path);
  return stageComplete(tally, file, subjectOf(file));
}

function takeJson(text: string, state: RcloneState): ToolEvent | null {
  const said = readRcloneJson(text);
  if (said === null) return null;
  if (said.stats !== null) return takeStats(said.stats, state);
  if (said.object !== null && /Copied \(/.test(said.message)) return takeCopied(said.object, state);
  return said.level === "error" || said.level === "critical" ? takeWords(said.message, state) : null;
}

function takeStats(stats: RcloneStats, state: RcloneState): ToolEvent | null {
  const { tally } = state;
  tally.announced = Math.max(stats.files, stats.filesDone);
  tally.finishedFiles = stats.filesDone;
  state.listed = stats.name ?? state.listed;
  const event = takeReport(stats, state);
  const ended = state.full && stats.underWay === 0 && stats.filesDone >= stats.files && stats.filesDone > 0;
  return ended ? completeAll(state) : event;
}

function takeError(text: string, state: RcloneState): ToolEvent | null {
  const failed = FAILED.exec(text);
  if (failed !== null) return fail(failed[1] ?? "", false, state);
  const line = ERROR_LINE.exec(text);
  if (line !== null) return takeWords(line[1] ?? "", state);
  const code = findCommonFailure(text);
  return code === null ? null : toolError({ tool: "rclone", code, message: text });
}

/** Up to the last attempt it tries again. */
function takeWords(message: string, state: RcloneState): ToolEvent | null {
  const attempt = ATTEMPT.exec(message);
  if (attempt === null) return fail(message, true, state);
  return fail(attempt[3] ?? "", attempt[1] !== attempt[2], state);
}

function fail(message: string, retrying: boolean, state: RcloneState): ToolEvent | null {
  const key = `${retrying}:${message}`;
  if (state.error === key) return null;
  state.error = key;
  return toolError({
    tool: "rclone",
    code: classifyMessage(message),
    message,
    status: statusIn(message),
    retrying,
  });
}
