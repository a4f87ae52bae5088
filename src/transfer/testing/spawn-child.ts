import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TransferOutcome } from "../../job/transfer-contract.ts";
import type { ChildOrder } from "./transfer-child.ts";

export interface Child {
  process: ChildProcess;
  /** What it answered; null if it was killed before. */
  ended: Promise<TransferOutcome | null>;
  /** Resolves when it has paused where it was told to. */
  paused: Promise<void>;
  /** Bytes of the file that had come when it last told, those of earlier runs included; 0 if it was not to tell. */
  came(): number;
  kill(): Promise<void>;
}

/** Starts a transfer in a process of its own. */
export function spawnTransfer(order: ChildOrder): Child {
  const script = fileURLToPath(new URL("./transfer-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  const { promise: paused, resolve } = Promise.withResolvers<void>();
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('{"at":')) resolve();
  });
  const closed = once(child, "close");
  const ended = closed.then(() => {
    const last = text.trim().split("\n").at(-1) ?? "";
    const said = last === "" ? {} : (JSON.parse(last) as { outcome?: TransferOutcome });
    return said.outcome ?? null;
  });
  return {
    process: child,
    ended,
    paused,
    came: () => Number(/.*\{"came":(\d+)\}\n/s.exec(text)?.[1] ?? 0),
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
