import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { Clock } from "../../job/clock.ts";
import type { FollowOptions, LogPosition, RunEvent, RunId, RunState } from "../../job/run-contract.ts";
import { pauseMs } from "../../job/retry-policy.ts";
import { spanText } from "../../job/span-text.ts";
import type { Shell } from "../shell.ts";
import { strangeAnswer } from "./ask-once.ts";
import { converse } from "../talk/converse.ts";
import type { ConversationEnd } from "../talk/converse.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { Frame } from "../talk/frames.ts";
import { LogReader } from "./log-reader.ts";
import { readState } from "./read-state.ts";
import { followScript } from "./write-script.ts";
import type { RunsOptions } from "./write-script.ts";

export interface Followed {
  id: RunId;
  from: LogPosition;
}

/** A run from a position of its log until it has ended, over as many connections as it takes. */
export async function* followRun(
  shell: Shell,
  { id, from }: Followed,
  runs: RunsOptions,
  { signal, unreachableAfterMs }: FollowOptions,
  clock: Clock,
): AsyncGenerator<RunEvent> {
  const reader = new LogReader(from);
  let lostAt: number | null = null;
  for (let tries = 0; ; tries += 1) {
    reader.restart();
    const round = followOnce(shell, id, reader, runs, signal);
    let end: RoundEnd;
    try {
      let next = await round.next();
      for (; next.done !== true; next = await round.next()) {
        if (lostAt !== null) yield { kind: "connected" };
        lostAt = null;
        tries = 0;
        yield* next.value;
      }
      end = next.value;
    } finally {
      // Whoever stops listening closes the session with it.
      await round.return({ kind: "stopped" });
    }
    if (end.kind === "stopped") return;
    if (end.kind !== "failed" || !end.failure.retryable) {
      yield end;
      return;
    }
    lostAt ??= clock.now();
    const sinceMs = clock.now() - lostAt;
    if (sinceMs >= unreachableAfterMs) {
      yield { kind: "failed", failure: giveUp(end.failure, sinceMs) };
      return;
    }
    yield { kind: "reconnecting", failure: end.failure, sinceMs };
    await clock.sleep(Math.min(pauseMs(tries, Math.random()), unreachableAfterMs - sinceMs), signal);
    if (signal.aborted) return;
  }
}

type RoundEnd = Exclude<ConversationEnd, { kind: "bye" }> | { kind: "ended"; state: RunState };

/** Over one connection. Every frame gives a list of events, an empty one if it is just a sign of life. */
async function* followOnce(
  shell: Shell,
  id: RunId,
  reader: LogReader,
  options: RunsOptions,
  signal: AbortSignal,
): AsyncGenerator<RunEvent[], RoundEnd> {
  const script = followScript(id, reader.next, shell.sh, options);
  const talk = converse(shell, script, "lasting", signal);
  let state: RunState | null = null;
  let refusal: readonly string[] = [];
  try {
    let next = await talk.next();
    for (; next.done !== true; next = await talk.next()) {
      const frame = next.value;
      const words = frame.kind === "words" ? frame.words : [];
      if (words[0] === "error") refusal = words;
      if (words[0] === "state") state = readState(words.slice(1));
      if (words[0] === "state" && state === null) return { kind: "failed", failure: strangeAnswer(words) };
      yield eventsOf(frame, state, reader);
    }
    const end = next.value;
    if (end.kind !== "bye") return end;
    if (state === null) return { kind: "failed", failure: explainRefusal(refusal.slice(1), end.errors) };
    yield reader.settle();
    return { kind: "ended", state };
  } finally {
    await talk.return({ kind: "stopped" });
  }
}

function eventsOf(frame: Frame, state: RunState | null, reader: LogReader): RunEvent[] {
  if (frame.kind === "data") return frame.torn ? [] : reader.read(frame);
  const [word, first = "", ...rest] = frame.words;
  switch (word) {
    case "mark":
      reader.setMark(first);
      return [];
    case "state":
      return state?.kind === "running" || state?.kind === "orphan" ? [{ kind: "state", state }] : [];
    case "gap": {
      const [generation, offset, step] = rest.map(Number);
      const next = { generation: generation ?? 0, offset: offset ?? 0, step: step ?? 0 };
      return reader.skip(first === "-" ? null : Number(first), next);
    }
    // Sent when there is no output for the moment.
    case "beat":
      return reader.settle();
    default:
      return [];
  }
}

function giveUp(last: Failure, sinceMs: number): Failure {
  return failure(
    "unreachable",
    `The instance could not be reached for ${spanText(sinceMs)}. ${last.message}`,
  );
}
