/**
 * Loaded into a node before anything else (`--import`): its time of day is what the file named in
 * CHAOS_CLOCK says ahead of the machine's, in milliseconds, from the moment the file says so. Time that passes
 * (`performance.now()`, timers) is as it is: so it is where somebody sets a clock.
 */
import { readFileSync } from "node:fs";

const LOOK_MS = 100;
const file = process.env["CHAOS_CLOCK"];

if (file !== undefined) {
  const Real = Date;
  let ahead = 0;
  const look = (): void => {
    try {
      ahead = Number(readFileSync(file, "utf8")) || 0;
    } catch {
      // Nobody has said anything yet.
    }
  };
  const now = (): number => Real.now() + ahead;
  look();
  setInterval(look, LOOK_MS).unref();
  globalThis.Date = new Proxy(Real, {
    construct: (target, given: unknown[], as) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, as) as object,
    apply: () => new Real(now()).toString(),
    get: (target, key, receiver) => (key === "now" ? now : (Reflect.get(target, key, receiver) as unknown)),
  });
}
