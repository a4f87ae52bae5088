/** How a run ended → what that means to its job. Pure. */
import type { Failure, FailureCode } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { CommandStep } from "../../job/job.ts";
import type { Exit, OutputTools, Seen, Tool, Verdict } from "../../job/output-contract.ts";
import { redactText } from "../../job/redact.ts";
import type { RunState } from "../../job/run-contract.ts";
import { judgeFiles } from "./judge-files.ts";
import type { FileFinding } from "./judge-files.ts";
import { COMMAND, LOOK, PREPARE } from "./write-steps.ts";

export interface RunResult {
  step: CommandStep;
  state: RunState;
  tool: Tool;
  seen: Seen;
  /** What the texts before and after the command said. */
  prepared: string;
  looked: string;
  lastLines: readonly string[];
}

export type CommandVerdict =
  | { kind: "done"; files: readonly FileFinding[] }
  | { kind: "failed"; failure: Failure }
  /** Something of it may still be alive. */
  | { kind: "lost"; failure: Failure };

export function judgeRun(result: RunResult, { explainExit }: OutputTools): CommandVerdict {
  const { state } = result;
  switch (state.kind) {
    case "exited":
      return judgeExit(result, state, explainExit);
    case "rebooted":
      return lost("The instance was started anew while the command ran.");
    case "vanished":
      return lost("The command vanished from the instance: somebody or something killed it there.");
    case "cancelled":
      return lost("The command was stopped on the instance by somebody else.");
    case "absent":
    case "new":
    case "running":
    case "orphan":
      return lost("The command is gone from the instance.");
    default:
      throw state satisfies never;
  }
}

function lost(message: string): CommandVerdict {
  return { kind: "lost", failure: failure("run_lost", message) };
}

function judgeExit(
  result: RunResult,
  state: Extract<RunState, { kind: "exited" }>,
  explainExit: OutputTools["explainExit"],
): CommandVerdict {
  const { step, tool, seen } = result;
  if (state.step === PREPARE) return { kind: "failed", failure: explainPreparation(result, state.code) };
  // Only a command that ended with 0 is followed by the look at its files.
  const exit: Exit =
    state.step === LOOK
      ? { code: 0, signal: null }
      : { code: state.code, signal: state.signal === null ? null : `SIG${state.signal}` };
  // The line says another tool than the one that was put in its place.
  const isKnown =
    (step.tool !== "auto" && !step.isPlainFetch) ||
    step.tool === tool ||
    seen.all !== null ||
    seen.error !== null;
  const missing = state.step === COMMAND ? findMissingTool(state.code, result.lastLines) : null;
  if (missing !== null) return { kind: "failed", failure: missing };
  const verdict = isKnown ? explainExit(tool, exit, seen) : explainUnknown(exit, result.lastLines);
  if (verdict.kind === "failed")
    return { kind: "failed", failure: onInstance(verdict.failure, state.diskFull) };
  const lie = findLie(result.lastLines);
  if (lie !== null) return { kind: "failed", failure: lie };
  if (state.step === LOOK && state.code !== 0)
    return {
      kind: "failed",
      failure: failure("command_failed", "The files could not be looked at on the instance."),
    };
  return judgeFiles(step.expects, result.looked);
}

/** `@room FREE LACKING`, in bytes. */
function explainPreparation({ prepared }: RunResult, code: number): Failure {
  const [, free, lacking] = /^@room (\d+) (\d+)$/m.exec(prepared) ?? [];
  if (free !== undefined && lacking !== undefined)
    return onInstance(
      failure(
        "no_space",
        `The files need ${gibibytes(Number(lacking))} more, and the disk there has ${gibibytes(Number(free))} free.`,
      ),
      false,
    );
  return failure("command_failed", `The command could not be prepared (exit code ${code}).`);
}

/** Whatever the tool has said: where the disk was full, that is why. */
function onInstance(told: Failure, diskFull: boolean): Failure {
  if (told.code !== "no_space" && !(diskFull && told.code === "command_failed")) return told;
  const message = told.code === "no_space" ? told.message : `The disk there is full. ${told.message}`;
  return failure("no_space", message, {
    advice: "Free some space where the files go; it goes on by itself.",
  });
}

/** The shell's words for what it cannot find: `bash: line 1: civitdl: command not found`, `sh: 1: x: not found`. */
const NOT_FOUND = /^\S*?(?:sh|step\.\d+): (?:line )?\d+: (\S{1,100}): (?:command )?not found$/;

const INSTALL: Readonly<Record<string, string>> = {
  wget: "apt-get install wget",
  wget2: "apt-get install wget2",
  curl: "apt-get install curl",
  aria2c: "apt-get install aria2",
  git: "apt-get install git git-lfs",
  "git-lfs": "apt-get install git-lfs",
  rclone: "apt-get install rclone",
  civitdl: "pip install civitdl",
  hf: "pip install -U huggingface_hub",
  "huggingface-cli": "pip install -U huggingface_hub",
};

function findMissingTool(code: number, lines: readonly string[]): Failure | null {
  if (code !== 127) return null;
  const name = lines.map((line) => NOT_FOUND.exec(line)?.[1]).findLast((found) => found !== undefined);
  const program = name?.slice(name.lastIndexOf("/") + 1);
  const how = program === undefined ? undefined : INSTALL[program];
  const advice =
    how === undefined
      ? "Install it there, or add its folder to HAULYARD_PATH_FOLDERS."
      : `Run there: ${how}. Or add the folder it is in to HAULYARD_PATH_FOLDERS.`;
  return failure("tool_missing", `The instance has no program called ${name ?? "that"}.`, { advice });
}

/** Nobody knows what it does: its own last words are all there is. */
function explainUnknown({ code, signal }: Exit, lines: readonly string[]): Verdict {
  if (code === 0 && signal === null) return { kind: "done" };
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const last = lines.at(-1);
  const said = last === undefined ? "" : `: ${redactText(last).slice(0, 300)}`;
  const told: FailureCode = lines.some((line) => DISK_FULL.test(line)) ? "no_space" : "command_failed";
  return { kind: "failed", failure: failure(told, `The command ${how}${said}`) };
}

const DISK_FULL = /No space left on device|Disk quota exceeded|\[Errno 28\]/;

/** axel ends with 0 when it could not write. */
function findLie(lines: readonly string[]): Failure | null {
  return lines.some((line) => line === "Write error!")
    ? onInstance(failure("no_space", "The tool could not write the file: the disk there is full."), false)
    : null;
}

function gibibytes(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 30 ? ["GiB", 2 ** 30] : ["MiB", 2 ** 20];
  return `${(bytes / size).toFixed(1)} ${unit}`;
}
