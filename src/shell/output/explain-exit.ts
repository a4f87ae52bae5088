/**
 * Whether a command did what it was for. Some tools end with 0 though they failed, most end with one code for many
 * reasons: what their output told decides with the code.
 */
import type { FailureCode } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { redactText } from "../../job/redact.ts";
import { EXIT_CODES, NO_REASON, NOT_FOUND_CODES } from "./tool-exit-codes.ts";
import type { Exit, Seen, Tool, ToolError, ToolEvent, Verdict } from "../../job/output-contract.ts";

export const NOTHING_SEEN: Seen = { all: null, error: null };

/** Takes an event in. Pure. */
export function see(seen: Seen, event: ToolEvent): Seen {
  switch (event.type) {
    case "stage_start":
    case "progress":
      return { ...seen, all: event.all };
    case "stage_complete":
      return { all: event.all, error: resolved(seen.error, event.name) };
    case "error":
      return { ...seen, error: moreTelling(seen.error, event) };
    default:
      throw event satisfies never;
  }
}

/** What a tool got over by itself is no error any more; what it gave up stays one, whatever else it completed. */
function resolved(error: ToolError | null, name: string | null): ToolError | null {
  return error !== null && (error.retrying || (name !== null && error.name === name)) ? null : error;
}

/** Tools say first what it was, and then that it was something. */
function moreTelling(before: ToolError | null, now: ToolError): ToolError {
  const vague = now.code === "command_failed" && before !== null && before.code !== "command_failed";
  return vague ? { ...before, retrying: now.retrying } : now;
}

/** Tools whose 0 says nothing: with them a file is done when their output says so. */
const LIARS: ReadonlySet<Tool> = new Set(["civitdl", "wget2"]);

export function explainExit(tool: Tool, exit: Exit, seen: Seen): Verdict {
  const { code, signal } = exit;
  if (signal !== null || code === null) return killed(tool, signal ?? "a signal", seen);
  if (code === 0) return LIARS.has(tool) ? judgeLiar(tool, seen) : { kind: "done" };
  const missing = NOT_FOUND_CODES[code];
  if (missing !== undefined && seen.all === null) {
    const advice = `Install ${tool} on the instance, or put its folder on PATH.`;
    return failed("tool_missing", `${tool} could not be started (exit code ${code}: ${missing}).`, advice);
  }
  return explainCode(tool, code, seen.error);
}

function explainCode(tool: Tool, code: number, said: ToolError | null): Verdict {
  const told = EXIT_CODES[tool][code];
  const failureCode =
    said !== null && said.code !== "command_failed" ? said.code : (told?.code ?? "command_failed");
  // What the tool said is a reason, even where its code is none.
  const isVague = said !== null && told?.words === NO_REASON;
  const meaning = told === undefined || isVague ? "" : ` (${told.words})`;
  const reason = said === null ? "" : `: ${redactText(said.message)}`;
  return failed(
    failureCode,
    sentence(`${tool} ended with exit code ${code}${meaning}${reason}`),
    told?.advice ?? (failureCode === "write_denied" ? adviceOnWriting(said?.message ?? "") : undefined),
  );
}

/** A command runs on an instance, more often than not: neither its folders nor its user are the server's. */
function adviceOnWriting(message: string): string {
  return /no such file or directory|errno 2\b/i.test(message)
    ? "The folder is not there where the command runs: make it, or correct the path in the card or the UI home of the instance."
    : "Let the user of the connection write to this folder where the command runs.";
}

/** civitdl ends with 0 always, wget2 after refused connections, cut answers and 5xx. */
function judgeLiar(tool: Tool, { all, error }: Seen): Verdict {
  if (error !== null) {
    const message = `${tool} ended with exit code 0, yet it failed: ${redactText(error.message)}`;
    return failed(error.code, sentence(message));
  }
  // wget2 says nothing at all when it is told to be quiet; civitdl always does.
  if (all === null && tool === "wget2") return { kind: "done" };
  if (all !== null && all.files_done > 0 && all.files_done >= all.files) return { kind: "done" };
  const done = all === null ? "nothing" : `${all.files_done} of ${all.files}`;
  const code = tool === "wget2" ? "connection_failed" : "command_failed";
  return failed(code, `${tool} ended with exit code 0, but completed ${done}.`);
}

function killed(tool: Tool, signal: string, { error }: Seen): Verdict {
  const reason = error === null ? "" : ` It had said: ${sentence(redactText(error.message))}`;
  const advice =
    signal === "SIGKILL"
      ? "If nobody stopped it, the instance ran out of memory: see its system log."
      : undefined;
  return failed("command_failed", `${tool} was ended by ${signal}.${reason}`, advice);
}

function failed(code: FailureCode, message: string, advice?: string): Verdict {
  return { kind: "failed", failure: failure(code, message, advice === undefined ? {} : { advice }) };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
