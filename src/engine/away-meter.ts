import type { Clock } from "../job/clock.ts";
import type { JobId } from "../job/job.ts";
import type { Progress } from "../job/progress.ts";
import type { JobStore } from "../job/store-contract.ts";
import { LookPause } from "./look-pause.ts";
import type { Moved } from "./progress-meter.ts";

interface Known {
  progress: Progress;
  /** As it was read: compared to tell whether it moved. */
  text: string;
  /** Grows with every change: lets followers ask for what moved since. */
  version: number;
}

/**
 * How far jobs are that other machines run, for those who follow: what these save is no change of a job, so nobody is told
 * of it. Nobody follows: nothing is looked at.
 */
export class AwayMeter {
  readonly #store: Pick<JobStore, "runningElsewhere">;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #pause = new LookPause();
  /** What moved since a version: hundreds of followers ask for the same, and are given the very same list. */
  readonly #moved = new Map<number, Moved>();
  #known = new Map<JobId, Known>();
  #followers = 0;
  #version = 0;

  /** @param owner of the leases of this process: it knows more of those */
  constructor(store: Pick<JobStore, "runningElsewhere">, clock: Clock, owner: string) {
    this.#store = store;
    this.#clock = clock;
    this.#owner = owner;
  }

  get version(): number {
    return this.#version;
  }

  /** @returns how to stop following */
  follow(): () => void {
    this.#followers += 1;
    return () => {
      this.#followers -= 1;
    };
  }

  /** Answers whether something is to be told. */
  async look(): Promise<boolean> {
    const began = this.#clock.now();
    if (this.#followers === 0 || !this.#pause.isOver(began)) return false;
    const before = this.#version;
    const running = await this.#store.runningElsewhere(this.#owner);
    const known = new Map<JobId, Known>();
    for (const { id, progress } of running) {
      const text = JSON.stringify(progress);
      const last = this.#known.get(id);
      if (last?.text === text) known.set(id, last);
      else known.set(id, { progress, text, version: before + 1 });
    }
    if ([...known.values()].some(({ version }) => version > before)) this.#version = before + 1;
    this.#known = known;
    this.#moved.clear();
    this.#pause.begin(began, this.#clock.now());
    return this.#version > before;
  }

  /** What moved after `version`, and the version to ask from next time. The same list for all who ask at once. */
  movedSince(version: number): Moved {
    if (version >= this.#version) return { version: this.#version, jobs: [] };
    const before = this.#moved.get(version);
    if (before !== undefined) return before;
    const jobs = [...this.#known].flatMap(([id, known]) =>
      known.version > version ? [{ id, progress: known.progress }] : [],
    );
    const moved = { version: this.#version, jobs };
    this.#moved.set(version, moved);
    return moved;
  }
}
