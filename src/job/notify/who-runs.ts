/** Which of the machines that share the store sends a message. Most may go out from anywhere; a program may not. Pure. */
import type { Channel } from "./channel.ts";
import type { Message } from "./delivery.ts";
import type { Notice } from "./notice.ts";

/** A machine that asks for messages. */
interface Sender {
  /** Absolute paths of the programs that it may run. */
  programs: readonly string[];
  /** No other machine is known: nobody else will do it. */
  isAlone: boolean;
}

/** After this a command that no machine may run is taken all the same, so that it is said why it is not run. */
const UNTAKEN_MS = 24 * 3_600_000;

/** The machine that has the file which a command was asked for by name; null where it is no machine's. */
export function homeOf({ filter }: Pick<Channel, "filter">, { subject }: Notice): string | null {
  if (filter.named !== true || subject.kind !== "job" || subject.placeKind !== "node") return null;
  return subject.place;
}

/**
 * Whether this machine is one to send it. What is for another machine is not asked about: the store keeps it. A command
 * for this very machine is its own to answer for, even if only with why it may not be run.
 */
export function isToSend(
  { settings }: Pick<Channel, "settings">,
  { node, createdAt }: Pick<Message, "node" | "createdAt">,
  { programs, isAlone }: Sender,
  now: number,
): boolean {
  if (settings.kind !== "command" || node !== null || isAlone) return true;
  return programs.includes(settings.argv[0] ?? "") || now - createdAt >= UNTAKEN_MS;
}
