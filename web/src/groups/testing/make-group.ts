/** Groups as tests need them. */
import type { GroupMessage } from "../../../../src/wire/groups.ts";

export function makeGroup(change: Partial<GroupMessage> = {}): GroupMessage {
  return {
    id: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    name: "a group",
    asked_by: null,
    created_at: "2026-11-21T12:00:00.000Z",
    sources: ["a.bin"],
    to: ["here"],
    places: 1,
    places_done: 0,
    status: "RUNNING",
    count: 2,
    counts: {
      PENDING: 1,
      RUNNING: 1,
      PAUSED: 0,
      HOST_VERIFICATION_NEEDED: 0,
      COMPLETE: 0,
      FAILED: 0,
      CANCELLED: 0,
    },
    forgotten: 0,
    percent: 10,
    bytes_done: 100,
    bytes_total: 1000,
    unknown: 0,
    bytes_per_second: 10,
    eta_seconds: 90,
    ...change,
  };
}
