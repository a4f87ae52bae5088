/** A verb of the supervisor → the script that is sent. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogPosition, RunId, RunSpec } from "../../job/run-contract.ts";
import type { Script } from "../talk/script.ts";
import { makeNonce } from "../talk/script.ts";
import { quote, quotePath } from "../talk/sh-quote.ts";

export interface RunsOptions {
  /** Where runs are kept there; `~/` is the home there. */
  folder: string;
  /** Above this the log's beginning is cut off. Bytes. */
  logLimitBytes: number;
  /** What is kept of it then. Bytes. */
  logKeepBytes: number;
  /** Between asking a run's processes to end and killing them. Whole seconds. */
  graceSeconds: number;
  /** Between two looks at a log. Seconds. */
  pollSeconds: number;
  /** Where the place tells which boot this is. */
  bootIdPath: string;
}

export const RUNS_DEFAULTS: RunsOptions = {
  folder: "~/.haulyard/runs",
  // Hours of an ordinary tool's output; seconds of one that redraws its bar without end.
  logLimitBytes: 4 * 1024 * 1024,
  // What a person looks at after a failure, many times over.
  logKeepBytes: 1024 * 1024,
  // Time for wget and aria2c to write down how far they are.
  graceSeconds: 10,
  // As often as progress is worth looking at.
  pollSeconds: 1,
  bootIdPath: "/proc/sys/kernel/random/boot_id",
};

/** Bytes sent of a log in one piece. */
const PIECE_BYTES = 256 * 1024;

const SUPERVISOR = readFileSync(join(import.meta.dirname, "supervisor.sh"), "utf8");

export function startScript(spec: RunSpec, sh: string, options: RunsOptions): Script {
  const mark = `@haulyard-${randomBytes(16).toString("hex")}`;
  const secrets = Object.entries(spec.secrets).map(([name, value]) => exportLine(name, value));
  return script(options, sh, spec.id, [
    "hy_open_stage",
    writeFile("supervisor", SUPERVISOR),
    writeFile("settings", settingsOf(spec, sh, mark, options)),
    writeFile("env", environmentOf(spec)),
    writeFile("mark", mark),
    ...spec.steps.map((step, index) => writeFile(`step.${index}`, step)),
    ...secrets.map((line) => `hy_keep_secret ${quote(line)} || hy_give_up stage`),
    "hy_start",
  ]);
}

export function stateScript(id: RunId, sh: string, options: RunsOptions): Script {
  return script(options, sh, id, ["hy_show"]);
}

export function followScript(id: RunId, from: LogPosition, sh: string, options: RunsOptions): Script {
  return script(options, sh, id, [`hy_follow ${from.generation} ${from.offset}`]);
}

export function cancelScript(id: RunId, sh: string, options: RunsOptions): Script {
  return script(options, sh, id, ["hy_cancel"]);
}

export function listScript(prefix: string, sh: string, options: RunsOptions): Script {
  return script(options, sh, "-", [`hy_list ${quote(prefix)}`]);
}

export function cleanScript(ids: readonly RunId[], sh: string, options: RunsOptions): Script {
  return script(options, sh, "-", [`hy_clean ${ids.map(quote).join(" ")}`]);
}

function script(options: RunsOptions, sh: string, id: RunId, verb: readonly string[]): Script {
  const nonce = makeNonce();
  const lines = [
    `HY_NONCE=${quote(nonce)}`,
    `HY_ID=${quote(id)}`,
    `HY_RUNS=${quotePath(options.folder)}`,
    ...sharedSettings(sh, options),
    `HY_PIECE=${PIECE_BYTES}`,
    `HY_POLL=${options.pollSeconds}`,
    // Messages in English, and names of files as the bytes they are.
    "LC_ALL=C",
    "export LC_ALL",
    SUPERVISOR,
    "hy_check",
    ...verb,
    "hy_say bye",
  ];
  return { text: lines.join("\n"), nonce };
}

function settingsOf(spec: RunSpec, sh: string, mark: string, options: RunsOptions): string {
  return [
    `HY_ID=${quote(spec.id)}`,
    ...sharedSettings(sh, options),
    `HY_MARK=${quote(mark)}`,
    `HY_STEPS=${spec.steps.length}`,
    `HY_FOLDER=${quotePath(spec.folder ?? "~")}`,
  ].join("\n");
}

function sharedSettings(sh: string, options: RunsOptions): string[] {
  return [
    `HY_SH=${quote(sh)}`,
    `HY_BOOT=${quote(options.bootIdPath)}`,
    `HY_LOG_LIMIT=${options.logLimitBytes}`,
    `HY_LOG_KEEP=${options.logKeepBytes}`,
    `HY_GRACE=${options.graceSeconds}`,
  ];
}

function environmentOf({ environment, unset, pathFolders }: RunSpec): string {
  // LC_ALL is ours, of the script that started the run.
  const lines = ["LC_ALL", ...unset].map((name) => `unset ${name}`);
  for (const [name, value] of Object.entries(environment)) lines.push(exportLine(name, value));
  if (pathFolders.length > 0)
    lines.push(`PATH=${pathFolders.map(quotePath).join(":")}:"$PATH"`, "export PATH");
  return lines.join("\n");
}

function exportLine(name: string, value: string): string {
  return `export ${name}=${quote(value)}`;
}

/** Appended to the staged file, letter for letter: a quoted here-document changes nothing (XCU §2.7.4). */
function writeFile(name: string, text: string): string {
  const end = `HY_END_${randomBytes(16).toString("hex")}`;
  const lines = text.endsWith("\n") ? text : `${text}\n`;
  return `cat >>${name} <<'${end}' || hy_give_up stage\n${lines}${end}`;
}
