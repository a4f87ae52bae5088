/** A command as it was read → the step that runs it. All that can be known of it is known from here on. */
import { posix } from "node:path";
import type { Call, CommandPath, CommandReading, DownloadCall, Fetch } from "../../job/card-contract.ts";
import type { CommandStep, ExpectedFile } from "../../job/job.ts";
import type { ToolName } from "../../job/output-contract.ts";

export interface PlannedCommand extends CommandReading {
  /** What a shell is given. */
  text: string;
  /** What the comment before it says, or null. */
  name: string | null;
}

/** @param uiHome what `$UI_HOME` is on the place: an absolute path */
export function planCommand(command: PlannedCommand, uiHome: string): CommandStep {
  const { text, shown, name, calls, notPlain } = command;
  const downloads = calls.filter((call) => call.kind === "download");
  // What a loop or a pipe fetches is not told by the words that are in it.
  const expects = notPlain === null ? downloads.flatMap((call) => expectedOf(call, uiHome)) : [];
  return {
    kind: "command",
    line: text,
    shown,
    title: name,
    tool: toolOf(downloads),
    environment: { UI_HOME: uiHome },
    expects,
    resumes: notPlain === null && calls.every(resumes),
    isPlainFetch: notPlain === null && isPlainFetch(calls, expects),
  };
}

const OUTPUT_OF: Readonly<Record<DownloadCall["tool"], ToolName>> = {
  // Which of the three it is shows in what it prints.
  wget: "wget",
  wget2: "wget2",
  "busybox wget": "busybox",
  curl: "curl",
  aria2c: "aria2c",
  civitdl: "civitdl",
  hf: "hf",
  "huggingface-cli": "hf",
  // Large files come by its filter.
  git: "git-lfs",
  "git lfs": "git-lfs",
  rclone: "rclone",
};

function toolOf(downloads: readonly DownloadCall[]): ToolName {
  const tools = new Set(downloads.map(({ tool }) => OUTPUT_OF[tool]));
  const [tool] = tools;
  return tool !== undefined && tools.size === 1 ? tool : "auto";
}

function expectedOf({ fetches }: DownloadCall, uiHome: string): ExpectedFile[] {
  return fetches.flatMap(({ folder, file, urls }) => {
    const path = resolveOn(folder, uiHome);
    return path === null
      ? []
      : [{ folder: path, name: nameOf(file), urls: known(urls), size: null, checksum: null }];
  });
}

/** The path on the place, in its home as `~/…`; null where only the shell knows it. */
function resolveOn({ base, path }: CommandPath, uiHome: string): string | null {
  switch (base) {
    case "ui_home":
      return posix.join(uiHome, path);
    case "root":
      return `/${path}`;
    // Commands start in the home.
    case "home":
    case "start":
      if (path === "") return "~";
      return path.startsWith("..") ? null : `~/${path}`;
    case "unknown":
      return null;
    default:
      throw base satisfies never;
  }
}

/** A name that every tool and every disk writes as it is. Others are changed on the way, by each tool in its own. */
const STEADY_NAME = /^[\w.+\-()=, @~]{1,240}$/;

function nameOf(file: string | null): string | null {
  return file !== null && STEADY_NAME.test(file) ? file : null;
}

/** Addresses whose every part is known here. */
function known(urls: Fetch["urls"]): string[] {
  return urls.filter((url) => /^https?:\/\//i.test(url) && !url.includes("${"));
}

/** wget is given `-c` when it is run again. */
const CONTINUED: ReadonlySet<DownloadCall["tool"]> = new Set(["wget"]);

function resumes(call: Call): boolean {
  switch (call.kind) {
    case "download":
      return call.resumes || CONTINUED.has(call.tool);
    case "prepare":
      return true;
    case "other":
      return false;
    default:
      throw call satisfies never;
  }
}

/** Tools that fetch one address as any other of them would. */
const PLAIN_TOOLS: ReadonlySet<DownloadCall["tool"]> = new Set([
  "wget",
  "wget2",
  "busybox wget",
  "curl",
  "aria2c",
]);

function isPlainFetch(calls: readonly Call[], expects: readonly ExpectedFile[]): boolean {
  const [call, other] = calls;
  const [file, second] = expects;
  if (call?.kind !== "download" || other !== undefined || !PLAIN_TOOLS.has(call.tool)) return false;
  if (file === undefined || second !== undefined || file.name === null || file.urls.length === 0)
    return false;
  const { headers, credentials, unknownOptions, riskyOptions, manners } = call;
  return [headers, credentials, unknownOptions, riskyOptions, manners].every((list) => list.length === 0);
}
