/** The words of a fetch: it goes in turns, a question and what came of it. */
import type { Failure } from "../../job/failure.ts";
import type { Question } from "../ask/ask-origin.ts";
import type { EarlyEnd } from "../transfer-run.ts";

export type FetchOutcome =
  | {
      kind: "fetched";
      /** Somebody said how long the file is; else its end is where the connection ended. */
      lengthTold: boolean;
    }
  | EarlyEnd;

export type Turn =
  /** Something was gained or learnt: ask again. */
  | { kind: "on" }
  /** Nothing came of it: ask again, later. */
  | { kind: "missed"; failure: Failure }
  /** This address has been begun at anew too often. */
  | { kind: "spent"; failure: Failure }
  | { kind: "ended"; outcome: EarlyEnd };

/** A question under way: what was asked, and the first byte that would be new. */
export interface Asking {
  question: Question;
  from: number;
}
