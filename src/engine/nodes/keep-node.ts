/** This machine among those that share the store: says that it lives, and heeds what people want of it. */
import type { Clock } from "../../job/clock.ts";
import type { NodeBeat, NodeDraft, NodeStore } from "../../job/node-contract.ts";
import type { EngineLog } from "../engine-log.ts";
import { repeat } from "../repeat.ts";
import { freeBytes } from "../reserve-space.ts";

/** A fifth of the time after which it counts as away: a few may be lost. */
const BEAT_MS = 2_000;

/** How much room there is, is said that often: it is for people to look at. */
const SPACE_MS = 20_000;

/** What the runner of this machine can be asked. */
export interface NodeWork {
  /** Runs at work here. */
  atWork(): number;
  /** Lets go of what runs on instances: it goes on there, and another machine follows it. `everything`: of the rest, too. */
  handOver(everything: boolean): void;
}

export interface NodeParts {
  nodes: NodeStore;
  clock: Clock;
  log: EngineLog;
  draft: NodeDraft;
  /** Another process has the name by now: this one has to end. */
  onReplaced: () => void;
  /** Nothing is left at work, and nothing new is taken up, as was asked since the start. */
  onDrained: () => void;
}

export class NodeKeeper {
  readonly #parts: NodeParts;
  readonly #closing = new AbortController();
  #isDraining = false;
  #isReplaced = false;
  #isDrained = false;
  #beating: Promise<void> = Promise.resolve();
  #spacing: Promise<void> = Promise.resolve();

  constructor(parts: NodeParts) {
    this.#parts = parts;
  }

  /** Whether nothing new is to be taken up here. */
  get isResting(): boolean {
    return this.#isDraining || this.#isReplaced;
  }

  /** Registers, and says from now on that it lives. It may be that it was started to rest. */
  async open(work: NodeWork): Promise<void> {
    const { nodes, clock, log, draft } = this.#parts;
    this.#isDraining = await nodes.register(draft, clock.now());
    if (this.#isDraining) log.info({}, "this node rests until somebody takes that back");
    const every = { clock, log, signal: this.#closing.signal };
    this.#beating = repeat("node", BEAT_MS, () => this.#beat(work), every);
    this.#spacing = repeat("room of this node", SPACE_MS, () => this.#saySpace(), every);
  }

  /** Says goodbye. A store that is away is not waited for: it learns of it by the silence. */
  async close(): Promise<void> {
    const { nodes, clock, log, draft } = this.#parts;
    this.#closing.abort();
    await Promise.all([this.#beating, this.#spacing]);
    if (this.#isReplaced) return;
    await nodes
      .leave(draft, clock.now())
      .catch((error: unknown) => log.error({ err: error }, "the others were not told that this node goes"));
  }

  async #saySpace(): Promise<void> {
    const { nodes, draft } = this.#parts;
    if (this.#isReplaced) return;
    const looks = Object.entries(draft.folders).map(async ([name, folder]) => {
      // One that cannot be looked at is left out.
      const bytes = await freeBytes(folder).catch(() => null);
      return bytes === null ? [] : [[name, bytes] as const];
    });
    await nodes.noteSpace(draft.name, Object.fromEntries((await Promise.all(looks)).flat()));
  }

  async #beat(work: NodeWork): Promise<void> {
    const { nodes, clock, draft, onReplaced } = this.#parts;
    if (this.#isReplaced) return;
    const isIdle = this.#isDraining && work.atWork() === 0;
    const beat = await nodes.beat(draft, isIdle, clock.now());
    switch (beat.kind) {
      case "kept":
        return this.#heed(beat, isIdle, work);
      case "replaced":
        this.#isReplaced = true;
        return onReplaced();
      case "removed":
        await nodes.register(draft, clock.now());
        return;
      default:
        throw beat satisfies never;
    }
  }

  async #heed(
    { draining, until, sinceStart }: Extract<NodeBeat, { kind: "kept" }>,
    isIdle: boolean,
    work: NodeWork,
  ): Promise<void> {
    const { clock, log, onDrained } = this.#parts;
    if (draining !== this.#isDraining) log.info({ draining }, "what this node takes up has changed");
    this.#isDraining = draining;
    if (!draining) {
      this.#isDrained = false;
      return;
    }
    // Whoever keeps it running would only start it again.
    if (isIdle && sinceStart && !this.#isDrained) {
      this.#isDrained = true;
      log.info({}, "nothing is left at work here");
      onDrained();
    }
    const isLate = until !== null && clock.now() >= until;
    if (isLate || (await this.#hasOthers())) work.handOver(isLate);
  }

  /** Whether somebody else could follow what runs on instances. */
  async #hasOthers(): Promise<boolean> {
    const { nodes, clock, draft } = this.#parts;
    const all = await nodes.list(clock.now());
    return all.some(
      ({ name, isAway, drainingSince }) => name !== draft.name && !isAway && drainingSince === null,
    );
  }
}
