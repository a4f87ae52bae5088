/** The wget of busybox: `slow.bin              19% |******        |  566k  0:00:04 ETA`. */
import { classifyMessage, findCommonFailure, statusIn } from "./classify-message.ts";
import { readClock, readSize } from "./figures.ts";
import { stageComplete, stageStart, subjectOf, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import { readQuoted } from "./read-quoted.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellFile } from "./tell-files.ts";
import type { ToolEvent } from "../../job/output-contract.ts";
import type { Tally, TrackedFile } from "./track-files.ts";
import { advance, dropFile, fileOfPath, finishFile, newFile, newTally, startFile } from "./track-files.ts";

interface BusyboxState {
  tally: Tally;
  file: TrackedFile | null;
}

const KEY = "busybox";

export const busybox: Parser<BusyboxState> = {
  tool: "busybox",
  start: () => ({ tally: newTally(), file: null }),
  read,
  claims: (text) => SAVING.test(text) || readFrame(text) !== null,
};

const SAVING = /^(?:saving to|writing to stdout) ?'?/;
const SAVED = /^(?:'.{1,4096}' saved|written to stdout)$/;
const FRAME = /^(.{0,60}?) {1,30}(?:(\d{1,3})% )?\|[* ]{1,300}\| {1,5}(\d{1,9}[kMGTP]?) {1,3}(\S{1,20}) ETA$/;
/** It says in these words alone that a file is resumed; percent and size are of all of it. */
const ERROR = /^wget: (.{1,2000})$/;

function read(line: OutputLine, state: BusyboxState): ToolEvent | null {
  const { text } = line;
  const frame = readFrame(text);
  if (frame !== null) return takeFrame(frame, state);
  if (SAVED.test(text)) return complete(state);
  if (SAVING.test(text)) {
    const path = readQuoted(text);
    state.file = startFile(state.tally, KEY, path === null ? newFile() : fileOfPath(path));
    return stageStart(state.tally, subjectOf(state.file), path);
  }
  const error = ERROR.exec(text);
  if (error !== null) return fail(error[1] ?? "", state);
  const code = findCommonFailure(text);
  return code === null ? null : toolError({ tool: "busybox", code, message: text });
}

/** Asked of every line that may be of any tool: what no frame can be is not looked at twice. */
function readFrame(text: string): RegExpExecArray | null {
  return text.endsWith(" ETA") ? FRAME.exec(text) : null;
}

function takeFrame(frame: RegExpExecArray, state: BusyboxState): ToolEvent | null {
  const [, name = "", percent, size = "", eta = ""] = frame;
  const file = state.file ?? startFile(state.tally, KEY, newFile(name === "" ? null : name));
  state.file = file;
  const moved = advance(file, {
    percent: percent === undefined ? null : Number(percent),
    bytesDone: readSize(size, 1024),
    etaSeconds: readClock(eta),
  });
  return tellFile(state.tally, file, moved);
}

function complete(state: BusyboxState): ToolEvent | null {
  const { file } = state;
  if (file === null) return null;
  finishFile(state.tally, KEY);
  state.file = null;
  return stageComplete(state.tally, file, subjectOf(file));
}

function fail(message: string, state: BusyboxState): ToolEvent {
  const subject = subjectOf(state.file ?? newFile());
  dropFile(state.tally, KEY);
  state.file = null;
  return toolError({
    tool: "busybox",
    code: classifyMessage(message),
    message,
    status: statusIn(message),
    subject,
  });
}
