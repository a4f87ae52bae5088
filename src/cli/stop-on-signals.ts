/** ^C and its like: the first asks to stop, the second does not wait. */
import { EXIT } from "./exit-codes.ts";
import { nobodyReads } from "./mind-output.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface StopSignals {
  readonly signal: AbortSignal;
  /** From here on signals do again what they do by themselves. */
  release(): void;
}

/** @param options.ifUnread stops, too, once nobody reads what is printed: for who only shows what comes */
export function stopOnSignals({ ifUnread = false } = {}): StopSignals {
  const controller = new AbortController();
  const ask = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, ask);
  return {
    signal: ifUnread ? AbortSignal.any([controller.signal, nobodyReads]) : controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, ask);
    },
  };
}
