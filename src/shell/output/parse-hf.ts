/**
 * `hf download` and `huggingface-cli download` (huggingface_hub 0.20 to 2.0): a bar for each file, or one for all bytes of a
 * repository beside `Fetching 3 files`, which counts files.
 */
import { classifyMessage, statusIn } from "./classify-message.ts";
import { progressOf, stageComplete, subjectOf, subjectOfAll, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import { fileOf, readPythonError, rememberFull } from "./parse-tqdm.ts";
import type { TqdmFrame } from "./read-tqdm.ts";
import { countsBytes, isFull, readTqdm, sizesOf } from "./read-tqdm.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellFile, tellGroup } from "./tell-files.ts";
import type { ToolEvent } from "../../job/output-contract.ts";
import type { Tally } from "./track-files.ts";
import { advance, fileOfPath, finishFile, newFile, newTally, startFile } from "./track-files.ts";

interface HfState {
  tally: Tally;
  /** Some bar counts bytes: then that of files only counts files. */
  sized: boolean;
  /** Bars of files that filled: one is drawn again when those beside it move. */
  full: Set<string>;
  complete: boolean;
  /** `✓ Downloaded` was said; its path comes next. */
  downloaded: boolean;
}

export const hf: Parser<HfState> = {
  tool: "hf",
  start: () => ({
    tally: newTally(),
    sized: false,
    full: new Set(),
    complete: false,
    downloaded: false,
  }),
  read,
  claims: (text) =>
    FETCHING.test(text) || RECONSTRUCTING.test(text) || OWN_WORDS.test(text) || text.startsWith("(…)"),
};

const FETCHING = /^Fetching (\d{1,9}) files/;
/** All bytes of a repository as they are written; `Downloading bytes` counts them as they come over the network. */
const RECONSTRUCTING = /^Reconstruct(?:ing|ion complete)\b|: reconstructing file$/;
const OWN_WORDS =
  /^✓ Downloaded|^Hint: .{0,60}(?:`hf|HF_)|^Error: (?:Local entry|Repository|Revision|Remote entry) not found|^Error: Access denied\. This repository/;
const ERROR = /^(?:Error|Invalid value|Usage error)(?:\. |: )(.{1,4000})$/;

function read(line: OutputLine, state: HfState): ToolEvent | null {
  const frame = readTqdm(line.text);
  if (frame === null) return readSentence(line.text, state);
  const files = FETCHING.exec(frame.description);
  if (files !== null) return takeFetching(Number(files[1]), frame, line, state);
  if (frame.description.startsWith("Reconstruct")) return takeReconstructing(frame, state);
  return takeFile(frame, line, state);
}

/** `Fetching 3 files:  67%|██████▋   | 2/3 [00:02<00:01,  1.20s/it]` */
function takeFetching(files: number, frame: TqdmFrame, line: OutputLine, state: HfState): ToolEvent | null {
  const { tally } = state;
  tally.announced = files;
  // It counts files that were here before, too.
  const done = /^\d{1,9}$/.test(frame.done ?? "") ? Number(frame.done) : 0;
  tally.finishedFiles = Math.max(tally.finishedFiles, Math.min(done, files));
  if (isFull(frame) && line.end === "newline") return completeAll(state);
  if (state.sized) return null;
  const { percent, etaSeconds } = frame;
  if (advance(tally.group, { percent, etaSeconds }) === "same") return null;
  const event = progressOf(tally, tally.group, subjectOfAll(tally));
  return { ...event, downloaded: frame.done, total: frame.total };
}

function completeAll(state: HfState): ToolEvent | null {
  if (state.complete) return null;
  state.complete = true;
  const { tally } = state;
  tally.finishedFiles = Math.max(tally.finishedFiles, tally.announced);
  return stageComplete(tally, tally.group, subjectOfAll(tally));
}

/** `Reconstructing (incomplete total...):  58%|█████▊    | 31.5MB / 54.0MB,  10.1MB/s` */
function takeReconstructing(frame: TqdmFrame, state: HfState): ToolEvent | null {
  const { tally } = state;
  state.sized = true;
  tally.groupIsTold = true;
  const sizes = sizesOf(frame, 1000);
  if (sizes.bytesTotal === 0 || state.complete) return null;
  // All that is known of has come; but files are still being looked up.
  const early = frame.percent === 100 && tally.finishedFiles < tally.announced;
  return tellGroup(tally, { percent: early ? 99 : frame.percent, ...sizes });
}

/** A bar of one file; `name: reconstructing file` beside `name: downloading bytes` where it comes through Xet. */
function takeFile(frame: TqdmFrame, line: OutputLine, state: HfState): ToolEvent | null {
  const key = frame.description.replace(/: reconstructing file$/, "");
  if (!countsBytes(frame.unit) || (state.full.has(key) && isFull(frame))) return null;
  const { tally } = state;
  state.sized = true;
  state.full.delete(key);
  const file = fileOf(tally, key);
  const { percent, etaSeconds } = frame;
  const moved = advance(file, { percent, etaSeconds, ...sizesOf(frame, 1000) });
  if (!isFull(frame) || line.end !== "newline") {
    const several = tally.announced > 1 || tally.active.size > 1;
    return several ? tellGroup(tally) : tellFile(tally, file, moved);
  }
  rememberFull(state.full, key);
  finishFile(tally, key);
  if (tally.announced > 0) tally.finishedFiles = Math.min(tally.finishedFiles, tally.announced);
  state.complete = tally.announced <= 1;
  return stageComplete(tally, file, subjectOf(file));
}

function readSentence(text: string, state: HfState): ToolEvent | null {
  if (text.startsWith("✓ Downloaded")) {
    state.downloaded = true;
    return null;
  }
  const path = state.downloaded ? /^ {1,4}path: (.{1,4096})$/.exec(text) : null;
  if (path !== null) return takePath(path[1] ?? "", state);
  const error = ERROR.exec(text);
  if (error === null) return readPythonError(text, "hf");
  const message = error[1] ?? "";
  return toolError({ tool: "hf", code: classifyMessage(message), message, status: statusIn(message) });
}

/** The end; the only sign of it where all was in the cache. */
function takePath(path: string, state: HfState): ToolEvent | null {
  if (state.complete) return null;
  state.complete = true;
  const { tally } = state;
  const file = startFile(tally, path, tally.active.size === 0 ? fileOfPath(path) : newFile(null, path));
  finishFile(tally, path);
  return stageComplete(tally, file, subjectOf(file));
}
