/** git lfs: `Downloading LFS objects:  50% (1/2), 8.3 MB | 3.0 MB/s`, and what git says of a clone with large files. */
import type { FailureCode } from "../../job/failure.ts";
import { classifyMessage, findCommonFailure, statusIn } from "./classify-message.ts";
import { readSize } from "./figures.ts";
import { progressOf, stageComplete, stageStart, subjectOfAll, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import type { OutputLine } from "./split-lines.ts";
import type { Subject, ToolEvent } from "../../job/output-contract.ts";
import type { Tally } from "./track-files.ts";
import { advance, newFile, newTally } from "./track-files.ts";

interface LfsState {
  tally: Tally;
  /** What is counted now: large files, or the objects of the clone before them. */
  counts: string | null;
  /** The last frame was full: more may follow where an object is tried again. */
  full: boolean;
  complete: boolean;
  /** It was said what went wrong; that something did, git says twice more. */
  explained: boolean;
}

export const gitLfs: Parser<LfsState> = {
  tool: "git-lfs",
  start: () => ({ tally: newTally(), counts: null, full: false, complete: false, explained: false }),
  read,
  end: (state) => (state.full ? complete(subjectOfAll(state.tally), state) : null),
  claims: (text) => text.includes("(") && (FRAME.test(text) || text.startsWith("Cloning into '")),
};

const FRAME =
  /^(Downloading LFS objects|Filtering content|Receiving objects|Updating files): {1,4}(\d{1,3})% \((\d{1,12})\/(\d{1,12})\)(?:, ([\d.]{1,20} ?[A-Za-z]{1,5}))?(?: \| ([\d.]{1,20} ?[A-Za-z]{1,3}\/s))?(, done\.?)?\s*$/;

/** They count files; the others count what git keeps, which is no file of anybody's. */
const COUNTS_FILES: ReadonlySet<string> = new Set(["Downloading LFS objects", "Filtering content"]);

const ERROR =
  /^(?:error: |fatal: |Error downloading object: |batch response: |LFS: |Failed to fetch some objects|panic: )(.{0,4000})$/;

function read({ text }: OutputLine, state: LfsState): ToolEvent | null {
  const frame = text.includes("% (") ? FRAME.exec(text) : null;
  if (frame !== null) return takeFrame(frame, state);
  if (!ERROR.test(text)) {
    const code = findCommonFailure(text);
    return code === null ? null : toolError({ tool: "git-lfs", code, message: text });
  }
  state.full = false;
  const error = codeOf(text);
  if (error === "command_failed" && state.explained) return null;
  state.explained = error !== "command_failed";
  return toolError({ tool: "git-lfs", code: error, message: text, status: statusIn(text) });
}

/** It says `not found` of repositories that one may not see, too; the words are all there is. */
function codeOf(text: string): FailureCode {
  return /Authorization error|Authentication required|could not read Username/i.test(text)
    ? "unauthorized"
    : classifyMessage(text);
}

function takeFrame(frame: RegExpExecArray, state: LfsState): ToolEvent | null {
  const [, what = "", percent = "", done = "", files = "", size = "", speed = "", end] = frame;
  const begins = what !== state.counts;
  if (begins) begin(what, state);
  const { tally } = state;
  if (COUNTS_FILES.has(what)) {
    tally.announced = Number(files);
    tally.finishedFiles = Math.min(Number(done), Number(files));
  }
  const subject = COUNTS_FILES.has(what) ? subjectOfAll(tally) : { name: what, filename: null };
  const moved = advance(tally.group, {
    percent: Number(percent),
    bytesDone: readSize(size.replace("bytes", "B").replace(" ", ""), 1000),
    bytesPerSecond: readSize(speed.replace(" ", ""), 1000),
  });
  // git says `done`; git lfs ends with a full frame and no word.
  if (end !== undefined) return complete(subject, state);
  state.full = percent === "100" && done === files && what === "Downloading LFS objects";
  if (begins || moved === "restarted") return stageStart(tally, subject, null);
  return moved === "same" ? null : progressOf(tally, tally.group, subject);
}

function begin(what: string, state: LfsState): void {
  state.counts = what;
  state.complete = false;
  state.full = false;
  Object.assign(state.tally.group, newFile());
  state.tally.groupIsTold = true;
}

function complete(subject: Subject, state: LfsState): ToolEvent | null {
  if (state.complete) return null;
  state.complete = true;
  state.full = false;
  return stageComplete(state.tally, state.tally.group, subject);
}
