/** Whether scripts can be run at a place, and how quickly it answers. */
import type { NoAnswer } from "../job/run-contract.ts";
import type { Shell } from "./shell.ts";
import { converse } from "./talk/converse.ts";
import { sayScript } from "./talk/script.ts";

/** @returns milliseconds from a question to its answer, over a connection that stands */
export async function tryConnection(
  shell: Shell,
  signal: AbortSignal,
): Promise<{ kind: "reached"; latencyMs: number } | NoAnswer> {
  const first = await sayBye(shell, signal);
  if (first !== null) return first;
  const before = performance.now();
  const second = await sayBye(shell, signal);
  return second ?? { kind: "reached", latencyMs: Math.round(performance.now() - before) };
}

async function sayBye(shell: Shell, signal: AbortSignal): Promise<NoAnswer | null> {
  const talk = converse(shell, sayScript("bye"), "brief", signal);
  for (;;) {
    const next = await talk.next();
    if (next.done === true) return next.value.kind === "bye" ? null : next.value;
  }
}
