/**
 * civitdl: pictures, then the model, each with a bar of tqdm. It ends with 0 whatever happened and calls a download complete
 * that was cut: what its bar showed decides.
 */
import type { FailureCode } from "../../job/failure.ts";
import { classifyMessage, findCommonFailure, statusIn } from "./classify-message.ts";
import { failureOfStatus } from "../../job/status-failure.ts";
import { progressOf, stageComplete, stageStart, toolError } from "./make-event.ts";
import type { ErrorFacts } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import type { TqdmFrame } from "./read-tqdm.ts";
import { isFull, readTqdm, sizesOf } from "./read-tqdm.ts";
import type { OutputLine } from "./split-lines.ts";
import type { Subject, ToolEvent } from "../../job/output-contract.ts";
import type { Tally, TrackedFile } from "./track-files.ts";
import { advance, dropFile, finishFile, newFile, newTally, restart, startFile } from "./track-files.ts";

interface CivitdlState {
  tally: Tally;
  name: string | null;
  images: TrackedFile;
  model: TrackedFile | null;
  /** The bar of the model, if there was one, stands at its end. */
  whole: boolean;
  /** The head of an exception; its message is on the next line. */
  exception: string | null;
  /** What went wrong last. On a pipe errors come before the names they belong to. */
  failure: Failed | null;
}

interface Failed {
  code: FailureCode;
  message: string;
  status: number | null;
}

/** Models are fetched one after another. */
const KEY = "civitdl";

export const civitdl: Parser<CivitdlState> = {
  tool: "civitdl",
  start: () => ({
    tally: newTally(),
    name: null,
    images: newFile(),
    model: null,
    whole: true,
    exception: null,
    failure: null,
  }),
  read,
  end: (state) => (state.exception === null ? null : takeException("", state)),
  claims: (text) =>
    text.startsWith('Now downloading "') ||
    /^(?:Images|Model): {1,4}(?:\d{1,3}%\||\d[\d.]*[kMG]?iB \[)/.test(text) ||
    EXCEPTION.test(text) ||
    GIVEN_UP.test(text) ||
    text.startsWith("HTTPSConnectionPool(host='civitai.com'"),
};

const START = 'Now downloading "';
const END = 'Download completed for "';
const EXCEPTION = /^(?:Input|Resources|API|Unexpected|NotImplemented)Exception \((.{1,200})\):$/;
const RULE = /^-+$/;
/** What Python's network and file functions say, printed as it is. */
const PYTHON = /^(?:HTTPS?ConnectionPool\(|\('Connection |\[Errno )/;
const GIVEN_UP = /^Max retry of \d{1,9} reached\. Skipping/;

function read({ text }: OutputLine, state: CivitdlState): ToolEvent | null {
  if (state.exception !== null && !RULE.test(text)) return takeException(text, state);
  if (text.startsWith("Model:") || text.startsWith("Images:")) return takeBar(text, state);
  // A name may hold quotation marks: the last one of the line closes it.
  if (text.startsWith(START)) return takeStart(nameIn(text, START), state);
  if (text.startsWith(END)) return takeEnd(nameIn(text, END), state);
  if (GIVEN_UP.test(text)) return giveUp(text, state);
  const exception = EXCEPTION.exec(text);
  if (exception !== null) {
    state.exception = exception[1] ?? "";
    return null;
  }
  // Its bar was drawn once, at the start, and closed there.
  if (text.startsWith("File already exists at ")) state.whole = true;
  const code = PYTHON.test(text) ? classifyMessage(text) : findCommonFailure(text);
  return code === null ? null : mayRetry({ code, message: text, status: statusIn(text) }, state);
}

function nameIn(text: string, prefix: string): string {
  const close = text.lastIndexOf('"');
  return text.slice(prefix.length, close > prefix.length ? close : undefined);
}

function subjectNow({ name }: CivitdlState): Subject {
  return { name, filename: null };
}

function takeStart(name: string, state: CivitdlState): ToolEvent {
  if (state.model?.name === name) restart(state.model);
  else {
    if (state.model !== null) dropFile(state.tally, KEY);
    state.model = startFile(state.tally, KEY, newFile(name));
  }
  state.name = state.model.name;
  state.images = newFile();
  state.whole = true;
  return stageStart(state.tally, subjectNow(state), null, "model");
}

function takeBar(text: string, state: CivitdlState): ToolEvent | null {
  const frame = readTqdm(text);
  if (frame === null) return null;
  if (frame.description === "Images") return takeImages(frame, state);
  return frame.description === "Model" ? takeModel(frame, state) : null;
}

/** Pictures are counted, though the bar says bytes: `1.00/3.00 [00:00<00:00, 2.02iB/s]`. */
function takeImages(frame: TqdmFrame, state: CivitdlState): ToolEvent | null {
  const { percent, etaSeconds } = frame;
  if (advance(state.images, { percent, etaSeconds }) === "same") return null;
  return {
    ...progressOf(state.tally, state.images, subjectNow(state), "images"),
    downloaded: countOf(frame.done),
    total: countOf(frame.total),
  };
}

function countOf(text: string | null): string | null {
  return text === null ? null : text.replace(/\.0+$/, "");
}

function takeModel(frame: TqdmFrame, state: CivitdlState): ToolEvent | null {
  state.model ??= startFile(state.tally, KEY, newFile(state.name));
  state.whole = frame.total === null || isFull(frame);
  // It counts in thousands, whatever its `MiB` says; only sizes that carry the unit themselves mean it.
  const sizes = sizesOf(frame, frame.unitOnSizes && frame.unit === "iB" ? 1024 : 1000);
  const { percent, etaSeconds } = frame;
  const moved = advance(state.model, { percent, etaSeconds, ...sizes });
  if (moved === "restarted") return stageStart(state.tally, subjectNow(state), null, "model");
  return moved === "same" ? null : progressOf(state.tally, state.model, subjectNow(state), "model");
}

function takeEnd(name: string, state: CivitdlState): ToolEvent {
  const { tally, model, whole } = state;
  state.name ??= name;
  const subject = { name, filename: null };
  if (!whole) {
    const said = model?.percent === null || model === null ? "" : ` at ${model.percent}%`;
    return fail({ code: "truncated", message: `It calls complete what was cut${said}` }, state);
  }
  const file = model ?? startFile(tally, KEY, newFile(name));
  finishFile(tally, KEY);
  state.model = null;
  state.failure = null;
  return stageComplete(tally, file, subject, "model");
}

/** The line after `APIException (API Status Code 404):`, or nothing where the output ended. */
function takeException(text: string, state: CivitdlState): ToolEvent {
  const kind = state.exception ?? "";
  state.exception = null;
  const said = text.trim();
  const status = statusIn(kind);
  const code = status === null ? codeOf(kind, said) : failureOfStatus(status);
  return mayRetry({ code, message: said === "" ? kind : said, status }, state);
}

/** It tells later whether it tries again. */
function mayRetry(failure: Failed, state: CivitdlState): ToolEvent {
  state.failure = failure;
  return toolError({ tool: "civitdl", ...failure, retrying: true, subject: subjectNow(state) });
}

function codeOf(kind: string, said: string): FailureCode {
  const code = classifyMessage(said);
  return code === "command_failed" && kind === "Resources Not Found" ? "not_found" : code;
}

function giveUp(text: string, state: CivitdlState): ToolEvent {
  const failure = state.failure ?? { code: "command_failed" as const, message: text };
  state.failure = null;
  return fail(failure, state);
}

function fail(facts: Omit<ErrorFacts, "tool" | "subject">, state: CivitdlState): ToolEvent {
  dropFile(state.tally, KEY);
  state.model = null;
  return toolError({ tool: "civitdl", ...facts, subject: subjectNow(state) });
}
