/** How many event streams there may be, in all and of one client. */
import type { Asker } from "./access/asker.ts";
import { RequestError } from "./request-error.ts";

/**
 * Open streams at most; each is a socket and a follower, and what comes is written to every one of them: with 500 of
 * them and a thousand jobs that move that is most of a processor (docs/scale.md).
 */
export const MAX_STREAMS = 1_024;
/**
 * Of them, from one client: the others have to have some left. Every browser has one, and there are scripts. Without
 * login all are one client.
 */
export const MAX_STREAMS_OF_ONE = 768;

export class StreamPlaces {
  readonly #most: number;
  #open = 0;
  /** By client: a way of proof, a name, an address. */
  readonly #openOf = new Map<string, number>();

  constructor(most = MAX_STREAMS) {
    this.#most = most;
  }

  /** Takes a place; answers how to give it back. Throws where there is none. */
  take({ via, who, address }: Asker): () => void {
    if (this.#open >= this.#most)
      throw new RequestError("unavailable", `There are ${this.#most} event streams open already.`);
    const client = `${via} ${who} ${address}`;
    const before = this.#openOf.get(client) ?? 0;
    if (via !== "loopback" && before >= MAX_STREAMS_OF_ONE)
      throw new RequestError(
        "unavailable",
        `There are ${MAX_STREAMS_OF_ONE} event streams of this client open already.`,
      );
    this.#open += 1;
    this.#openOf.set(client, before + 1);
    return () => {
      this.#open -= 1;
      const left = (this.#openOf.get(client) ?? 1) - 1;
      if (left === 0) this.#openOf.delete(client);
      else this.#openOf.set(client, left);
    };
  }
}
