import { describe, expect, it } from "vitest";
import type { Job } from "../job/job.ts";
import type { RateSchedule } from "../job/limit/rate-schedule.ts";
import { NO_MACHINES } from "../job/machines.ts";
import { initialProgress } from "../job/progress.ts";
import { EventEncoder } from "./encode-events.ts";

const NOW = 1_800_000_000_000;

const job: Job = {
  id: "0193d1c0-0000-7000-8000-000000000001",
  sequence: 1,
  source: { kind: "url", url: "https://origin.example/a?token=secret-of-mine" },
  place: { kind: "node", name: "here" },
  steps: [],
  name: "a",
  destination: "/models/a",
  priority: 0,
  limitBytesPerSecond: null,
  after: null,
  createdAt: NOW,
  updatedAt: NOW,
  startedAt: null,
  endedAt: null,
  state: {
    kind: "pending",
    step: 0,
    notBefore: 0,
    failures: 0,
    lastFailure: null,
    detached: false,
    wish: null,
  },
  waitsFor: null,
  runsNow: false,
  groups: [],
  progress: initialProgress(null),
  checksumState: null,
};

const NO_LIMIT: RateSchedule = { windows: [], otherwise: "none" };

function world() {
  const moment = { now: NOW, closed: false, machines: NO_MACHINES, version: 0 };
  const encoder = new EventEncoder({
    clock: { now: () => moment.now },
    engine: {
      overallLimit: () => ({
        schedule: NO_LIMIT,
        setting: NO_LIMIT,
        changedAt: null,
        now: { limit: moment.closed ? "off" : "none", window: null },
        until: moment.closed ? NOW + 3_600_000 : null,
      }),
      machines: () => ({ known: moment.machines, version: moment.version }),
    },
  });
  return { moment, encoder };
}

describe("events for many streams", () => {
  it("become bytes once: every stream is given the same ones", () => {
    const { encoder } = world();
    const item = { kind: "job", cursor: 7, job } as const;
    const bytes = encoder.encode(item);
    expect(encoder.encode({ ...item })).toBe(bytes);
    expect(bytes.toString()).toMatch(/^id: 7\nevent: job\ndata: \{"id":"0193d1c0.*\}\n\n$/);
    expect(bytes.toString()).not.toContain("secret-of-mine");

    const jobs = [{ id: job.id, progress: job.progress }];
    const moved = encoder.encode({ kind: "progress", jobs });
    expect(encoder.encode({ kind: "progress", jobs })).toBe(moved);
    expect(moved.toString()).toMatch(/^event: progress\ndata: \{"jobs":\[/);
    expect(encoder.encode({ kind: "progress", jobs: [...jobs] })).not.toBe(moved);
  });

  it("are told anew of the same job at another place, or once what it waits for may be another thing", () => {
    const { encoder, moment } = world();
    const open = encoder.encode({ kind: "job", cursor: 7, job });
    expect(encoder.encode({ kind: "job", cursor: 8, job }).toString()).toMatch(/^id: 8\n/);
    moment.closed = true;
    const closed = encoder.encode({ kind: "job", cursor: 7, job });
    expect(closed.toString()).not.toBe(open.toString());
    moment.now += 60_000;
    expect(encoder.encode({ kind: "job", cursor: 7, job })).not.toBe(closed);
  });

  it("say that a machine is gone as soon as that is known", () => {
    const { moment, encoder } = world();
    const pending = {
      ...job,
      place: { kind: "node", name: "gpu-1" },
      state: {
        kind: "pending",
        step: 0,
        notBefore: 0,
        failures: 0,
        lastFailure: null,
        detached: false,
        wish: null,
      },
    } as const satisfies Job;
    const item = { kind: "job", cursor: 7, job: pending } as const;
    expect(encoder.encode(item).toString()).toContain('"why":"turn"');
    const away = { name: "gpu-1", state: "away", since: NOW } as const;
    Object.assign(moment, {
      machines: { nodes: new Map([["gpu-1", away]]), unserved: new Map() },
      version: 1,
    });
    expect(encoder.encode(item).toString()).toContain('"machine":"away","node":"gpu-1"');
  });
});
