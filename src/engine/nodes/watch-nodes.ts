/** Which of the machines that share the store are away: looked at now and then, asked for every job that is told. */
import type { JobStore } from "../../job/store-contract.ts";
import type { Clock } from "../../job/clock.ts";
import type { EngineLog } from "../engine-log.ts";
import { repeat } from "../repeat.ts";

/** What is known of them is so old at most. */
const LOOK_MS = 2_000;

export class NodeWatch {
  readonly #store: Pick<JobStore, "nodes">;
  readonly #clock: Clock;
  readonly #node: string;
  #away: ReadonlyMap<string, number> = new Map();

  constructor({ store, clock, node }: { store: Pick<JobStore, "nodes">; clock: Clock; node: string }) {
    this.#store = store;
    this.#clock = clock;
    this.#node = node;
  }

  get away(): ReadonlyMap<string, number> {
    return this.#away;
  }

  keepLooking(log: EngineLog, signal: AbortSignal): Promise<void> {
    return repeat("nodes", LOOK_MS, () => this.#look(), { clock: this.#clock, log, signal });
  }

  async #look(): Promise<void> {
    const nodes = await this.#store.nodes.list(this.#clock.now());
    this.#away = new Map(
      // Whoever asks here knows that this one is there.
      nodes.flatMap(({ name, isAway, heartbeatAt }) =>
        isAway && name !== this.#node ? [[name, heartbeatAt] as const] : [],
      ),
    );
  }
}
