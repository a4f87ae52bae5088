/** ^C and its like: the first asks to stop, the second does not wait. */
import { EXIT } from "./exit-codes.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface StopSignals {
  readonly signal: AbortSignal;
  /** From here on signals do again what they do by themselves. */
  release(): void;
}

export function stopOnSignals(): StopSignals {
  const controller = new AbortController();
  const ask = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, ask);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, ask);
    },
  };
}
