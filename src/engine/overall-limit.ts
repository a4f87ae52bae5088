/** The limit for all transfers to this machine: the setting's, or the one a person has put in its place. */
import type { Clock } from "../job/clock.ts";
import { formatSchedule } from "../job/limit/format-rate.ts";
import { limitAt, nextChange } from "../job/limit/limit-at.ts";
import type { LimitNow } from "../job/limit/limit-at.ts";
import { NO_LIMIT, parseSchedule } from "../job/limit/rate-schedule.ts";
import type { RateSchedule } from "../job/limit/rate-schedule.ts";
import type { JobStore, StoredLimit } from "../job/store-contract.ts";
import type { EngineLog } from "./engine-log.ts";

const MINUTE_MS = 60_000;

export interface OverallLimitView {
  /** What holds. */
  schedule: RateSchedule;
  /** What holds when nobody has changed it. */
  setting: RateSchedule;
  /** When a person changed it; null: the setting holds. */
  changedAt: number | null;
  /** What it comes to at present, and until when, if that is within a week. */
  now: LimitNow;
  until: number | null;
}

export interface OverallLimitParts {
  store: Pick<JobStore, "overallLimit" | "setOverallLimit">;
  clock: Clock;
  log: EngineLog;
  /** Null: none. */
  setting: RateSchedule | null;
}

/** Reads what the store says, so that it may be asked from now on. */
export async function openOverallLimit(parts: OverallLimitParts): Promise<OverallLimit> {
  const limit = new OverallLimit(parts);
  await limit.read();
  return limit;
}

/** The store is the truth; this is what was read of it last, so that it can be asked for every piece of every file. */
export class OverallLimit {
  readonly #parts: OverallLimitParts;
  readonly #setting: RateSchedule;
  #stored: StoredLimit | null = null;
  /** What is stored, as far as it can be read. */
  #changed: RateSchedule | null = null;
  /** What holds in the present minute: windows begin and end with one. */
  #present: { minute: number; now: LimitNow } | null = null;
  #version = 0;

  constructor(parts: OverallLimitParts) {
    this.#parts = parts;
    this.#setting = parts.setting ?? NO_LIMIT;
  }

  /** Grows whenever there is something new to see. */
  get version(): number {
    this.#now();
    return this.#version;
  }

  /** Takes in what the store says now: another process may have changed it. */
  async read(): Promise<void> {
    const { store, log } = this.#parts;
    const stored = await store.overallLimit();
    if (stored?.text === this.#stored?.text && stored?.changedAt === this.#stored?.changedAt) return;
    this.#stored = stored;
    this.#changed = stored === null ? null : parseSchedule(stored.text);
    if (stored !== null && this.#changed === null)
      log.error({ text: stored.text }, "the limit that was set cannot be read; the setting holds");
    this.#present = null;
    this.#version += 1;
  }

  /** Puts a limit in the place of the setting's; null gives the change up. */
  async change(schedule: RateSchedule | null): Promise<void> {
    const { store, clock } = this.#parts;
    await store.setOverallLimit(schedule === null ? null : formatSchedule(schedule), clock.now());
    await this.read();
  }

  /** At present; 0 while downloads may not run, null for no limit. */
  bytesPerSecond(): number | null {
    const { limit } = this.#now();
    if (limit === "off") return 0;
    return limit === "none" ? null : limit;
  }

  /** Why downloads may not run at present; null: they may. */
  closed(): string | null {
    const { limit, window } = this.#now();
    if (limit !== "off") return null;
    return window === null && this.#schedule.windows.length === 0
      ? "Downloads are switched off."
      : "Downloads may not run at this hour.";
  }

  view(): OverallLimitView {
    const schedule = this.#schedule;
    const until = nextChange(schedule, new Date(this.#parts.clock.now()));
    return {
      schedule,
      setting: this.#setting,
      changedAt: this.#changed === null ? null : (this.#stored?.changedAt ?? null),
      now: this.#now(),
      until: until?.getTime() ?? null,
    };
  }

  get #schedule(): RateSchedule {
    return this.#changed ?? this.#setting;
  }

  #now(): LimitNow {
    const at = this.#parts.clock.now();
    const minute = Math.floor(at / MINUTE_MS);
    if (this.#present?.minute === minute) return this.#present.now;
    const before = this.#present?.now;
    const now = limitAt(this.#schedule, new Date(at));
    this.#present = { minute, now };
    if (before !== undefined && (before.limit !== now.limit || before.window !== now.window))
      this.#version += 1;
    return now;
  }
}
