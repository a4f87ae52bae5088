/**
 * What the output of a download tool says: bytes → events, in the shapes of CONTRACT §5 C. Field names are those of
 * HTTP messages: the events go out as they are.
 */
import type { Failure, FailureCode } from "./failure.ts";

export type ToolEvent = StageStart | ToolProgress | StageComplete | ToolError;

/** Images and model are civitdl's two parts of one download; all else is `download`. */
export type ToolStage = "images" | "model" | "download";

/** What an event is about. */
export interface Subject {
  /** A model, a file, or `3 files`; null where the tool does not say. */
  name: string | null;
  /** Last part of the file's path; null for models and for several files at once. */
  filename: string | null;
}

/** All files of the command, as far as its output has told of them. */
export interface Whole {
  files_done: number;
  /** Files seen or announced so far; more may come. */
  files: number;
  /** Bytes that are here, earlier runs' included; null if the tool tells no bytes. */
  bytes_done: number | null;
  /** Sum of the known sizes; null while the size of one of them is unknown. */
  bytes_total: number | null;
}

/** Something begins, or begins anew: the percent may go back only here. */
export interface StageStart extends Subject {
  type: "stage_start";
  stage: ToolStage;
  /** As printed, with its folder. */
  path: string | null;
  all: Whole;
}

export interface ToolProgress extends Subject {
  type: "progress";
  stage: ToolStage;
  /** Whole, 0 to 100; null while the total is unknown. */
  percent: number | null;
  /** `50.0MiB`; a plain count (`2`) where the tool counts pictures or files. */
  downloaded: string | null;
  total: string | null;
  /** `10.5MiB/s` */
  speed: string | null;
  /** `5s`, `1m 30s`, `2h 5m`, `2d 14h` */
  eta: string | null;
  /** Exact where the tool is, else what its rounded figures say. */
  bytes_done: number | null;
  bytes_total: number | null;
  bytes_per_second: number | null;
  eta_seconds: number | null;
  all: Whole;
}

export interface StageComplete extends Subject {
  type: "stage_complete";
  stage: ToolStage;
  percent: 100;
  path: string | null;
  bytes_done: number | null;
  bytes_total: number | null;
  all: Whole;
}

export interface ToolError extends Subject {
  type: "error";
  tool: Tool;
  code: FailureCode;
  /** In the tool's own words where it has some. */
  message: string;
  http_status: number | null;
  /** The tool goes on by itself, or may do so: its exit code will tell. */
  retrying: boolean;
}

export const TOOLS = [
  "wget",
  "wget2",
  "busybox",
  "curl",
  "aria2c",
  "civitdl",
  "hf",
  "tqdm",
  "git-lfs",
  "rclone",
] as const;

export type Tool = (typeof TOOLS)[number];

/** The tools by their names, and `auto`: found by what is printed. */
export const TOOL_NAMES = [...TOOLS, "auto"] as const;

export type ToolName = (typeof TOOL_NAMES)[number];

/** Reads the output of one command as it comes. */
export interface OutputReader {
  /** Which cuts the bytes come in changes nothing about the events. */
  write(bytes: Uint8Array): void;
  /** Nothing has come for a moment: looks at the line that has begun as if it were whole. */
  settle(): void;
  /** The output ended. */
  end(): void;
  /** The tool; with `auto` the one it is by now. */
  readonly tool: Tool;
}

export type ReadOutput = (name: ToolName, onEvent: (event: ToolEvent) => void) => OutputReader;

/** What the output of one command came to. */
export interface Seen {
  /** As the last event that told it has it; null before the first. */
  all: Whole | null;
  /** The last error that says what went wrong, unless the tool got over it. */
  error: ToolError | null;
}

export interface Exit {
  /** Null where a signal ended it. */
  code: number | null;
  signal: string | null;
}

export type Verdict = { kind: "done" } | { kind: "failed"; failure: Failure };

/** All the engine asks of the parsers. */
export interface OutputTools {
  read: ReadOutput;
  nothingSeen: Seen;
  /** Takes an event in. Pure. */
  see(seen: Seen, event: ToolEvent): Seen;
  /** Whether a command did what it was for: some tools end with 0 though they failed. Pure. */
  explainExit(tool: Tool, exit: Exit, seen: Seen): Verdict;
}
