/** Sends a script and reads its frames, until it says `bye`, falls silent, or the way there breaks. */
import { failure } from "../../job/failure.ts";
import type { NoAnswer } from "../../job/run-contract.ts";
import type { Session, SessionLength, Shell } from "../shell.ts";
import type { Frame } from "./frames.ts";
import { FrameReader } from "./frames.ts";
import type { Script } from "./script.ts";

/** `bye`: it said all it had to say. */
export type ConversationEnd = { kind: "bye"; errors: string } | NoAnswer;

/** Scripts beat at least every five seconds; a connection that is that far behind is as good as dead. */
const SILENCE_LIMIT_MS = 30_000;

const GOES_ON = { advice: "What runs there goes on; it is met again with the next connection." };

export async function* converse(
  shell: Shell,
  script: Script,
  length: SessionLength,
  signal: AbortSignal,
): AsyncGenerator<Frame, ConversationEnd> {
  const opened = await shell.open(script.text, length, signal);
  if (opened.kind !== "open") return opened;
  const { session } = opened;
  const stop = (): void => session.stop(false);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return yield* readFrames(session, script, signal);
  } finally {
    signal.removeEventListener("abort", stop);
    session.stop(false);
  }
}

async function* readFrames(
  session: Session,
  { nonce }: Script,
  signal: AbortSignal,
): AsyncGenerator<Frame, ConversationEnd> {
  const reader = new FrameReader(nonce);
  const chunks = session.output[Symbol.asyncIterator]();
  for (;;) {
    const chunk = await withinLimit(chunks.next());
    if (signal.aborted) return { kind: "stopped" };
    if (chunk === "silent") return silent(session);
    if (chunk.done === true) break;
    const read = reader.push(chunk.value);
    if (read.kind === "garbled")
      return {
        kind: "failed",
        failure: failure("connection_lost", `What came is garbled: ${read.message}.`, GOES_ON),
      };
    for (const frame of read.frames) {
      if (frame.kind === "words" && frame.words[0] === "bye")
        return { kind: "bye", errors: await session.lastErrors() };
      yield frame;
    }
  }
  reader.finish();
  const found = await session.explain(reader.heard);
  return signal.aborted ? { kind: "stopped" } : { kind: "failed", failure: found };
}

async function withinLimit<T>(promise: Promise<T>): Promise<T | "silent"> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<"silent">((resolve) => {
    timer = setTimeout(() => resolve("silent"), SILENCE_LIMIT_MS);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(session: Session): ConversationEnd {
  session.stop(true);
  const seconds = SILENCE_LIMIT_MS / 1000;
  return {
    kind: "failed",
    failure: failure("connection_lost", `Nothing came over the connection for ${seconds} s.`, GOES_ON),
  };
}
