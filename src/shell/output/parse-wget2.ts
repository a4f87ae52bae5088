/** GNU Wget2: bars drawn over each other with cursor codes, or plain sentences. It fetches files side by side. */
import { classifyMessage, findCommonFailure } from "./classify-message.ts";
import { failureOfStatus } from "../../job/status-failure.ts";
import { stageComplete, stageStart, subjectOf, toolError } from "./make-event.ts";
import type { Parser } from "./parser.ts";
import { readBar } from "./read-bar.ts";
import type { Bar } from "./read-bar.ts";
import type { OutputLine } from "./split-lines.ts";
import { tellFile, tellGroup } from "./tell-files.ts";
import type { ToolEvent } from "../../job/output-contract.ts";
import type { Tally, TrackedFile } from "./track-files.ts";
import {
  advance,
  dropFile,
  fileOfPath,
  finishFile,
  nameOfUrl,
  newFile,
  newTally,
  startFile,
  wholeOf,
} from "./track-files.ts";

interface Wget2State {
  tally: Tally;
  /** Names that are done, so that bars drawn after the end are not new files. */
  done: Set<string>;
  /** An answer was cut short; it is called a success all the same, and it is not said which one it was. */
  cutShort: boolean;
}

/** Names that are remembered; a bar is drawn again within moments of its end. */
const MAX_DONE_NAMES = 64;

export const wget2: Parser<Wget2State> = {
  tool: "wget2",
  start: () => ({ tally: newTally(), done: new Set(), cutShort: false }),
  read,
  claims: (text) =>
    DOWNLOADING.test(text) ||
    ANSWER.test(text) ||
    FAILED.test(text) ||
    CUT_SHORT.test(text) ||
    (text.includes("% [") && readBar(text) !== null),
};

const DOWNLOADING = /^\[\d{1,9}\] Downloading '(.{1,8000})' \.\.\.$/;
const SAVING = /^Saving '(.{1,4096})'$/;
const ANSWER = /^HTTP (ERROR )?response (\d{3}) ?([^[]{0,100})\[(\S{1,8000})\]$/;
/** `Failed to connect: …`, `Failed to resolve 'x' (…)`, `Failed to write 'x' (…)` */
const FAILED = /^Failed to (?:connect|resolve|read|write|open)/;
/** `[Files: 1  Bytes: 1.90M]` */
const FILES = /^\[Files: (\d{1,9}) {1,4}Bytes: /;
/** Less came than was announced. It keeps what came, says `200 OK`, and exits with 0. */
const CUT_SHORT = /^Just got (\d{1,15}) of (\d{1,15}) bytes$/;

function read(line: OutputLine, state: Wget2State): ToolEvent | null {
  const { text } = line;
  const bar = text.includes("]") ? readBar(text) : null;
  if (bar !== null) return bar.name === "" ? null : takeBar(bar, state);
  const files = FILES.exec(text);
  if (files !== null) return takeFiles(Number(files[1]), state);
  const downloading = DOWNLOADING.exec(text);
  if (downloading !== null) return takeUrl(downloading[1] ?? "", state);
  const saving = SAVING.exec(text);
  if (saving !== null) return takeSaving(saving[1] ?? "", state);
  const answer = ANSWER.exec(text);
  if (answer !== null) {
    const [, error, status = "", words = "", url = ""] = answer;
    return takeAnswer({ error: error !== undefined, status: Number(status), words, url }, state);
  }
  if (text.startsWith("The file is already fully retrieved")) return completeThere(state);
  if (FAILED.test(text)) return fail(text, state);
  if (CUT_SHORT.test(text)) {
    state.cutShort = true;
    return toolError({ tool: "wget2", code: "truncated", message: text });
  }
  const code = findCommonFailure(text);
  return code === null ? null : toolError({ tool: "wget2", code, message: text });
}

/** The file of an address goes by the name it will most likely get. */
function takeUrl(url: string, state: Wget2State): ToolEvent | null {
  const name = nameOfUrl(url) ?? "index.html";
  // Every address of a host and every try is announced.
  if (state.tally.active.has(name)) return null;
  return start(name, newFile(name), state);
}

function start(key: string, file: TrackedFile, state: Wget2State): ToolEvent {
  state.done.delete(key);
  startFile(state.tally, key, file);
  return stageStart(state.tally, subjectOf(file), file.path);
}

/** The name it really gets: as in its address, with a number, or another one by `-O`. */
function takeSaving(path: string, state: Wget2State): ToolEvent | null {
  const file = fileOfPath(path);
  const { name } = file;
  const unsaved = [...state.tally.active.values()].filter((known) => known.path === null);
  const known =
    unsaved.find((each) => each.name === name) ??
    unsaved.find((each) => each.name !== null && name?.startsWith(`${each.name}.`)) ??
    (unsaved.length === 1 ? unsaved[0] : undefined);
  if (known === undefined) return start(name ?? path, file, state);
  known.path = path;
  if (known.name === name) return null;
  known.name = name;
  return stageStart(state.tally, subjectOf(known), path);
}

interface Answer {
  error: boolean;
  status: number;
  words: string;
  url: string;
}

function takeAnswer({ error, status, words, url }: Answer, state: Wget2State): ToolEvent | null {
  const key = keyOf(nameOfUrl(url) ?? "index.html", state);
  const file = state.tally.active.get(key);
  // Comes before the sentence that the file is there.
  if (status === 416) return null;
  if (error || status >= 400) {
    const subject = subjectOf(file ?? newFile(nameOfUrl(url)));
    dropFile(state.tally, key);
    const message = `${status} ${words}`;
    return toolError({ tool: "wget2", code: failureOfStatus(status), message, status, subject });
  }
  // A redirect is followed by the answer of where it leads.
  if (status >= 300) {
    state.tally.active.delete(key);
    return null;
  }
  return file === undefined || state.cutShort ? null : complete(key, file, state);
}

/** A redirected file is known by its first address; if there is but one, it is that. */
function keyOf(name: string, state: Wget2State): string {
  const { active } = state.tally;
  if (active.has(name) || active.size !== 1) return name;
  return active.keys().next().value ?? name;
}

function takeBar(bar: Bar, state: Wget2State): ToolEvent | null {
  const { tally } = state;
  if (state.done.has(bar.name)) return null;
  const file = findShown(tally, bar.name) ?? startFile(tally, bar.name, newFile(bar.name));
  const moved = advance(file, {
    percent: bar.percent,
    bytesDone: bar.bytesDone,
    bytesPerSecond: bar.bytesPerSecond,
  });
  if (bar.percent === 100) return complete(bar.name, file, state);
  return wholeOf(tally).files === 1 ? tellFile(tally, file, moved) : tellGroup(tally);
}

/** The last line of the bars tells the end of a file of unknown length. */
function takeFiles(files: number, state: Wget2State): ToolEvent | null {
  const { tally } = state;
  const [only, other] = tally.active;
  if (only === undefined || other !== undefined || files <= tally.finishedFiles) return null;
  return only[1].percent === null ? complete(only[0], only[1], state) : null;
}

function findShown({ active }: Tally, name: string): TrackedFile | undefined {
  const file = active.get(name);
  if (file !== undefined) return file;
  for (const each of active.values()) if (each.name === name) return each;
  return undefined;
}

function complete(key: string, file: TrackedFile, state: Wget2State): ToolEvent {
  finishFile(state.tally, key);
  if (state.done.size >= MAX_DONE_NAMES) state.done.clear();
  state.done.add(key);
  return stageComplete(state.tally, file, subjectOf(file));
}

function completeThere(state: Wget2State): ToolEvent | null {
  const [first] = state.tally.active;
  return first === undefined ? null : complete(first[0], first[1], state);
}

function fail(text: string, state: Wget2State): ToolEvent {
  const code = classifyMessage(text);
  // It tries other addresses, and again.
  const retrying = code !== "no_space" && code !== "write_denied";
  const [first] = state.tally.active.values();
  const subject = subjectOf(first ?? newFile());
  return toolError({ tool: "wget2", code, message: text, retrying, subject });
}
