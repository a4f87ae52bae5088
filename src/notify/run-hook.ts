/** A program of the administrator's, run for a message: detached from us, with what happened on its standard input. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { isAbsolute } from "node:path";
import type { ChannelSettings } from "../job/notify/channel.ts";
import type { Delivery } from "../job/notify/delivery.ts";
import type { Wording } from "../job/notify/digest.ts";
import { redactText } from "../job/redact.ts";
import type { Parcel } from "./deliver.ts";
import { payloadOf } from "./payload.ts";

export interface HookParts {
  hooks: HookPolicy;
}

export interface HookPolicy {
  /** Absolute paths of the programs that may be run; none: no command at all. */
  programs: readonly string[];
  /** What they find in their environment; nothing of ours that is secret. */
  environment: Readonly<Record<string, string>>;
  /** Where they begin. */
  folder: string;
}

/** Of both outputs together: the end of it is shown, where a program says what went wrong. Characters. */
const MAX_OUTPUT = 4000;
/** Between asking its processes to end and killing them. */
const GRACE_MS = 2_000;

/** Why a program may not be run; null: it may. */
export function refuseHook(argv: readonly string[], { programs }: HookPolicy): string | null {
  const [program = ""] = argv;
  if (programs.length === 0)
    return "Commands are off: name the programs that may be run in HAULYARD_HOOKS, then restart.";
  if (!isAbsolute(program)) return "The program must be an absolute path.";
  // As it is written: a link that leads elsewhere today is not what was allowed by another name.
  return programs.includes(program) ? null : `HAULYARD_HOOKS does not name ${program}.`;
}

export async function runHook(
  { argv, timeoutMs }: Extract<ChannelSettings, { kind: "command" }>,
  parcel: Parcel,
  wording: Wording,
  { hooks }: HookParts,
  signal: AbortSignal,
): Promise<Delivery> {
  // Asked again at every run: what was allowed when it was set up need not be today.
  const refusal = refuseHook(argv, hooks);
  if (refusal !== null) return { kind: "failed", answer: refusal, retryable: false, retryAt: null };
  const [program = "", ...args] = argv;
  const child = spawn(program, args, {
    cwd: hooks.folder,
    env: { ...hooks.environment, ...variablesOf(parcel, wording) },
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: what it has begun ends with it.
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
  }
  // A program need not read what it is told.
  child.stdin.on("error", () => {});
  child.stdin.end(`${JSON.stringify(payloadOf(parcel, wording))}\n`);
  const limit = AbortSignal.timeout(timeoutMs);
  const end = await ended(child, AbortSignal.any([signal, limit]));
  return judge(end, output, limit.aborted ? { timeoutMs } : signal.aborted ? "stopped" : null);
}

type End =
  | { kind: "exit"; code: number | null; signal: NodeJS.Signals | null }
  | { kind: "error"; why: string };

/** Why we ended it; null: it ended by itself. */
type Cut = { timeoutMs: number } | "stopped" | null;

function ended(child: ChildProcess, signal: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    const stop = (): void => {
      kill(child, "SIGTERM");
      setTimeout(() => {
        kill(child, "SIGKILL");
        // What has left its group may keep the pipes open for ever.
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, GRACE_MS);
    };
    const done = (end: End): void => {
      signal.removeEventListener("abort", stop);
      resolve(end);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    child.once("error", (error) =>
      done({ kind: "error", why: "code" in error ? String(error.code) : error.message }),
    );
    child.once("close", (code, by) => done({ kind: "exit", code, signal: by }));
  });
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone.
  }
}

/**
 * A program that fails would fail again: it is told once. Only what the start lacked for the moment is tried again. The
 * first line of the answer is ours alone: histories of downloads show it to whoever may look (note-after-run.ts).
 */
function judge(end: End, output: string, cut: Cut): Delivery {
  const said = redactText(output.trim());
  if (end.kind === "error") {
    const retryable = end.why === "EAGAIN" || end.why === "ENOMEM" || end.why === "EMFILE";
    return {
      kind: "failed",
      answer: `The program could not be started (${end.why}).`,
      retryable,
      retryAt: null,
    };
  }
  // Asked to end by us it may still have come to a good end.
  const isWell = end.code === 0 && (cut === null || cut === "stopped");
  const how = isWell || cut === null ? `exit code ${end.code ?? end.signal}` : cutWords(cut);
  const answer = said === "" ? how : `${how}\n${said}`;
  return isWell ? { kind: "delivered", answer } : { kind: "failed", answer, retryable: false, retryAt: null };
}

function cutWords(cut: NonNullable<Cut>): string {
  return cut === "stopped"
    ? "stopped: Haulyard was stopped meanwhile; it is not run again"
    : `stopped: it did not end within ${Math.round(cut.timeoutMs / 1000)} s`;
}

/** The few facts that are enough for most scripts. */
function variablesOf(parcel: Parcel, { title }: Wording): Record<string, string> {
  const [only] = parcel.digest.first;
  const variables: Record<string, string> = {
    HAULYARD_MESSAGE_ID: parcel.id,
    HAULYARD_EVENT: parcel.isTest ? "test" : parcel.digest.first.length === 1 ? (only?.kind ?? "") : "digest",
    HAULYARD_TITLE: title,
  };
  if (parcel.digest.first.length === 1 && only?.subject.kind === "job") {
    const { id, name, path, place } = only.subject;
    Object.assign(variables, {
      HAULYARD_JOB_ID: id,
      HAULYARD_NAME: name,
      HAULYARD_PLACE: place,
      ...(path === null ? {} : { HAULYARD_PATH: path }),
    });
  }
  // NUL ends a variable, and no program starts with one.
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value.replaceAll("\0", "")]),
  );
}
