/** Which lanes have a job waiting and room for it. Pure. */
import type { LaneLimit } from "../job/store-contract.ts";

export interface LaneLoad {
  lane: string;
  kind: string;
  n: number;
}

/** Lane → its limit, of the lanes where something waits and fewer than the limit run. */
export function lanesWithRoom(loads: readonly LaneLoad[], limits: readonly LaneLimit[]): Map<string, number> {
  const running = new Map(loads.filter(({ kind }) => kind === "running").map(({ lane, n }) => [lane, n]));
  const room = new Map<string, number>();
  // There may be a limit for each of thousands of instances: they are not gone through for each lane.
  const known = new Map<string, number>();
  for (const { lane, limit } of limits) if (!known.has(lane)) known.set(lane, limit);
  for (const { lane, kind, n } of loads) {
    if (kind !== "pending" || n === 0) continue;
    const limit = limitOf(lane, known);
    if ((running.get(lane) ?? 0) < limit) room.set(lane, limit);
  }
  return room;
}

/** A lane's own limit, else that of its `prefix:*`; 0 for a lane that was not asked for. */
export function limitOf(lane: string, limits: ReadonlyMap<string, number>): number {
  return limits.get(lane) ?? limits.get(`${lane.slice(0, lane.indexOf(":"))}:*`) ?? 0;
}

/** The lowest place of a lane that is not taken, or null if there is none under the limit. */
export function freeSlot(taken: readonly (number | null)[], limit: number): number | null {
  if (taken.length >= limit) return null;
  for (let slot = 0; slot < limit; slot++) {
    if (!taken.includes(slot)) return slot;
  }
  return null;
}
