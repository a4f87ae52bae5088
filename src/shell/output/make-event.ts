/** Events of files and groups of files. */
import type { FailureCode } from "../../job/failure.ts";
import { redactText } from "../../job/redact.ts";
import { formatEta, formatSize } from "../../job/size-text.ts";
import type {
  StageComplete,
  StageStart,
  Subject,
  Tool,
  ToolError,
  ToolProgress,
  ToolStage,
} from "../../job/output-contract.ts";
import type { Tally, TrackedFile } from "./track-files.ts";
import { wholeOf } from "./track-files.ts";

const NOTHING: Subject = { name: null, filename: null };

export function subjectOf(file: TrackedFile): Subject {
  return { name: file.name, filename: file.name };
}

/** Several files at once. */
export function subjectOfAll(tally: Tally): Subject {
  const { files } = wholeOf(tally);
  if (files === 0) return NOTHING;
  return { name: files === 1 ? "1 file" : `${files} files`, filename: null };
}

export function stageStart(
  tally: Tally,
  subject: Subject,
  path: string | null,
  stage: ToolStage = "download",
): StageStart {
  return { type: "stage_start", ...subject, stage, path, all: wholeOf(tally) };
}

export function progressOf(
  tally: Tally,
  file: TrackedFile,
  subject: Subject,
  stage: ToolStage = "download",
): ToolProgress {
  const { bytesDone, bytesTotal, bytesPerSecond, etaSeconds } = file;
  return {
    type: "progress",
    stage,
    name: subject.name,
    filename: subject.filename,
    percent: file.percent,
    downloaded: bytesDone === null ? null : formatSize(bytesDone),
    total: bytesTotal === null ? null : formatSize(bytesTotal),
    speed: bytesPerSecond === null ? null : `${formatSize(bytesPerSecond)}/s`,
    eta: etaSeconds === null ? null : formatEta(etaSeconds),
    bytes_done: bytesDone,
    bytes_total: bytesTotal,
    bytes_per_second: bytesPerSecond,
    eta_seconds: etaSeconds,
    all: wholeOf(tally),
  };
}

export function stageComplete(
  tally: Tally,
  file: TrackedFile,
  subject: Subject,
  stage: ToolStage = "download",
): StageComplete {
  return {
    type: "stage_complete",
    ...subject,
    stage,
    percent: 100,
    path: file.path,
    bytes_done: file.bytesDone,
    bytes_total: file.bytesTotal,
    all: wholeOf(tally),
  };
}

/** Longest message, in characters: a sentence, not a page. */
const MAX_MESSAGE_LENGTH = 500;

export interface ErrorFacts {
  tool: Tool;
  code: FailureCode;
  message: string;
  status?: number | null;
  retrying?: boolean;
  subject?: Subject;
}

export function toolError(facts: ErrorFacts): ToolError {
  return {
    type: "error",
    tool: facts.tool,
    ...(facts.subject ?? NOTHING),
    code: facts.code,
    // Tools repeat the addresses they were given, signatures included.
    message: redactText(facts.message.trim().slice(0, MAX_MESSAGE_LENGTH)),
    http_status: facts.status ?? null,
    retrying: facts.retrying ?? false,
  };
}
