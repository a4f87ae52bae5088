/** What comes of a request. */
import type { Fields } from "./fields.ts";
import type { ResponseHead } from "./head-reader.ts";
import type { Trouble } from "./trouble.ts";

export interface ConnectionLimits {
  /** From the request to the end of the answer's head, whatever drips in meanwhile. Milliseconds. */
  headTimeoutMs: number;
  /** Silence inside a body, while we are not the ones waited for. Milliseconds. */
  idleTimeoutMs: number;
}

export type HeadOutcome =
  | { kind: "head"; head: ResponseHead }
  /** `heard`: a part of an answer came before. */
  | { kind: "trouble"; trouble: Trouble; heard: boolean }
  | { kind: "aborted" };

export type BodyOutcome =
  /** Whole, by its own framing. */
  | { kind: "ended"; trailers: Fields }
  | { kind: "trouble"; trouble: Trouble }
  /** The sink wanted no more. */
  | { kind: "refused" }
  | { kind: "aborted" };
