/** Time as this process saw it: while it was stopped, or others had the processor, nothing could be noticed. */
export interface AwakeTime extends Disposable {
  /** Milliseconds since the beginning. */
  passedMs(): number;
}

const TICK_MS = 100;

export function startAwakeTime(): AwakeTime {
  let passedMs = 0;
  // A timer that is late fires once, however many of its turns were missed.
  const timer = setInterval(() => {
    passedMs += TICK_MS;
  }, TICK_MS);
  return { passedMs: () => passedMs, [Symbol.dispose]: () => clearInterval(timer) };
}
