/** The machines that share the store, as of the last look: asked for every job that is told. */
import type { Clock } from "../../job/clock.ts";
import { machinesOf, NO_MACHINES } from "../../job/machines.ts";
import type { Machines } from "../../job/machines.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { EngineLog } from "../engine-log.ts";
import { repeat } from "../repeat.ts";

/** What is known of them is so old at most. */
const LOOK_MS = 2_000;

interface NodeWatchParts {
  store: Pick<JobStore, "nodes" | "hosts">;
  clock: Clock;
  /** This machine: that it is there, whoever asks here knows. */
  node: string;
}

export class NodeWatch {
  readonly #parts: NodeWatchParts;
  #machines: Machines = NO_MACHINES;
  #told = "";
  #begun = 0;
  #shown = 0;
  #version = 0;
  /** Called when something is otherwise than before. */
  onChange: () => void = () => {};

  constructor(parts: NodeWatchParts) {
    this.#parts = parts;
  }

  get machines(): Machines {
    return this.#machines;
  }

  /** Grows with every change; 0: nobody has looked yet. */
  get version(): number {
    return this.#version;
  }

  keepLooking(log: EngineLog, signal: AbortSignal): Promise<void> {
    return repeat("nodes", LOOK_MS, () => this.look(), { clock: this.#parts.clock, log, signal });
  }

  async look(): Promise<void> {
    const { store, clock, node } = this.#parts;
    this.#begun += 1;
    const turn = this.#begun;
    const nodes = await store.nodes.list(clock.now());
    const machines = machinesOf(nodes, await store.hosts.needs(), node);
    // Another look was begun later and was quicker.
    if (turn < this.#shown) return;
    this.#shown = turn;
    const told = JSON.stringify([[...machines.nodes], [...machines.unserved]]);
    if (this.#version > 0 && told === this.#told) return;
    this.#machines = machines;
    this.#told = told;
    this.#version += 1;
    this.onChange();
  }
}
