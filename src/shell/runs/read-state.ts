/** Words of the supervisor → the state of a run. */
import type { RunState } from "../../job/run-contract.ts";

/** Null if the words say no state we know. */
export function readState(words: readonly string[]): RunState | null {
  const [kind, first, second, third] = words;
  switch (kind) {
    case "absent":
    case "new":
    case "cancelled":
      return { kind };
    case "running":
    case "orphan":
    case "rebooted": {
      const step = readCount(first);
      return step === null ? null : { kind, step };
    }
    case "exited": {
      const code = readCount(first);
      const step = readCount(second);
      if (code === null || step === null) return null;
      return { kind, code, signal: signalOf(code), step, diskFull: third === "full" };
    }
    case "vanished": {
      const survivors = readCount(first);
      const step = readCount(second);
      return survivors === null || step === null ? null : { kind, survivors, step };
    }
    default:
      return null;
  }
}

function readCount(word: string | undefined): number | null {
  return word !== undefined && /^\d{1,9}$/.test(word) ? Number(word) : null;
}

/** Signals of Linux that end a program; the numbers are the same on all machines Node runs on. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "HUP",
  2: "INT",
  3: "QUIT",
  4: "ILL",
  5: "TRAP",
  6: "ABRT",
  7: "BUS",
  8: "FPE",
  9: "KILL",
  10: "USR1",
  11: "SEGV",
  12: "USR2",
  13: "PIPE",
  14: "ALRM",
  15: "TERM",
  24: "XCPU",
  25: "XFSZ",
  31: "SYS",
};

/** A shell gives 128 and the number for a program that a signal ended (XCU §2.8.2 and all shells in use). */
function signalOf(code: number): string | null {
  return code > 128 ? (SIGNALS[code - 128] ?? null) : null;
}
