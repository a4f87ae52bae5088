/** Everything that happens in an engine by itself, again and again. */
import type { SpaceWaits } from "./command/wait-for-space.ts";
import type { JanitorParts } from "./janitor.ts";
import { dropEmptyGroups, dropOld, freeDeadLeases, wakeForHour, wakeForSpace } from "./janitor.ts";
import { repeat } from "./repeat.ts";

/** Progress is saved and sent at most this often: twice a second is what an eye can follow. */
const BEAT_MS = 500;
/** Jobs and windows whose time has come are looked for this often; changes are noticed at once. */
const TICK_MS = 1_000;
const LEASE_SWEEP_MS = 2_000;
const SPACE_SWEEP_MS = 5_000;
const RETENTION_SWEEP_MS = 60_000;

/** Begins all of it; each resolves when the signal aborts. */
export function keepGoing(
  keeping: JanitorParts,
  spaceWaits: SpaceWaits,
  heedLimit: () => Promise<void>,
  signal: AbortSignal,
): Promise<void>[] {
  const { runner, clock, log, limit } = keeping;
  let { version } = limit;
  const lookAtLimit = async (): Promise<void> => {
    await limit.read();
    if (limit.version === version) return;
    ({ version } = limit);
    await heedLimit();
  };
  const every = { clock, log, signal };
  return [
    repeat("beat", BEAT_MS, () => runner.beat(), every),
    repeat("tick", TICK_MS, () => runner.tick(), every),
    repeat("limit", TICK_MS, lookAtLimit, every),
    repeat("leases", LEASE_SWEEP_MS, () => freeDeadLeases(keeping), every),
    repeat("space", SPACE_SWEEP_MS, () => wakeForSpace(keeping), every),
    repeat("space for commands", SPACE_SWEEP_MS, () => spaceWaits.sweep(signal), every),
    repeat("hours", SPACE_SWEEP_MS, () => wakeForHour(keeping), every),
    repeat("retention", RETENTION_SWEEP_MS, () => dropOld(keeping), every),
    repeat("empty groups", RETENTION_SWEEP_MS, () => dropEmptyGroups(keeping), every),
    repeat("left bytes", RETENTION_SWEEP_MS, () => keeping.discardLeft(), every),
  ];
}
