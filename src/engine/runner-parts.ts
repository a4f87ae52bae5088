import type { LaneLimit } from "../job/store-contract.ts";
import type { EngineLog } from "./engine-log.ts";
import type { OverallLimit } from "./overall-limit.ts";
import type { ProgressMeter } from "./progress-meter.ts";
import type { StepParts } from "./run-step.ts";

export interface RunnerParts extends StepParts {
  /** Unique among all runners, now and ever. */
  owner: string;
  meter: ProgressMeter;
  /** Asked for every round of claims: a host may get another limit at any time. */
  lanes: () => Promise<readonly LaneLimit[]>;
  stallMs: () => number;
  /**
   * No other process takes up transfers to this machine, so they go on while the store is away, though their leases
   * run out: when it is back they are renewed, or were freed meanwhile and are begun anew from what is on the disk.
   */
  outlastsStore?: boolean;
  /** Whether nothing new is to be taken up at present. */
  isResting?: () => boolean;
  limit: Pick<OverallLimit, "bytesPerSecond" | "closed">;
  /** Bytes per second for all downloads from the server of an address, or null for no limit. */
  originRate: (url: string) => number | null;
  log: EngineLog;
  /** Called when progress moved. */
  onProgress: () => void;
}
