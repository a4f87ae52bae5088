/**
 * The tokens of the machines that share a store, by their hashes. Wrong ones are shown by strangers, as often as they like:
 * the store is asked once in a while, and not for each of them.
 */
import type { Clock } from "../../job/clock.ts";
import type { NodeStore } from "../../job/node-contract.ts";

/** Known for this long. A machine that was started with another token is let in so much later at most. */
const KNOWN_MS = 1_000;

export class NodeTokens {
  readonly #nodes: Pick<NodeStore, "tokenHashes">;
  readonly #clock: Pick<Clock, "now">;
  #look: Promise<ReadonlySet<string>> | null = null;
  #lookedAt = 0;

  constructor({ nodes, clock }: { nodes: Pick<NodeStore, "tokenHashes">; clock: Pick<Clock, "now"> }) {
    this.#nodes = nodes;
    this.#clock = clock;
  }

  async has(hash: string): Promise<boolean> {
    return (await this.#known()).has(hash);
  }

  #known(): Promise<ReadonlySet<string>> {
    const now = this.#clock.now();
    // The clock may have been set back.
    if (this.#look !== null && Math.abs(now - this.#lookedAt) < KNOWN_MS) return this.#look;
    const look = this.#nodes.tokenHashes(now);
    this.#look = look;
    this.#lookedAt = now;
    // What could not be asked is asked again.
    look.catch(() => {
      if (this.#look === look) this.#look = null;
    });
    return look;
  }
}
