/** A job as the server would send it, for tests: give what matters, the rest is plausible. */
import type { JobMessage } from "../../wire/job-message.ts";

type Given = Omit<Partial<JobMessage>, "progress"> & { progress?: Partial<JobMessage["progress"]> };

export function makeJob({ progress, ...given }: Given = {}): JobMessage {
  return {
    id: "0193d1c0-0000-7000-8000-000000000001",
    name: "model.safetensors",
    status: "RUNNING",
    wish: null,
    source: { kind: "url", text: "https://www.example.org/model.safetensors" },
    place: { kind: "node", name: "here" },
    destination: "/data/models/unet/model.safetensors",
    priority: 0,
    limit_rate: null,
    after: null,
    after_run: null,
    steps: [
      {
        kind: "transfer",
        url: "https://www.example.org/model.safetensors",
        mirrors: [],
        folder: "/data/models/unet",
        name: "model.safetensors",
        size: 1000,
        checksum: null,
        headers: {},
      },
    ],
    step: 0,
    error: null,
    paused: null,
    retry_at: null,
    waiting: null,
    run_now: false,
    groups: [],
    checksum: null,
    sequence: 1,
    created_at: "2026-11-21T11:00:00.000Z",
    updated_at: "2026-11-21T11:00:00.000Z",
    started_at: "2026-11-21T11:00:00.000Z",
    ended_at: null,
    ...given,
    progress: {
      stage: "downloading",
      percent: 45,
      bytes_done: 450,
      bytes_total: 1000,
      bytes_per_second: 100,
      eta_seconds: 6,
      bytes_verified: null,
      connections: 4,
      attempt: 1,
      note: null,
      command: null,
      ...progress,
    },
  };
}
