/** What a connection is doing. */
import type { BodySink } from "../sinks/body-sink.ts";
import type { BodyOutcome, HeadOutcome } from "./exchange.ts";
import type { Fields } from "./fields.ts";
import type { ResponseHead } from "./head-reader.ts";
import type { ResponseReader } from "./response-reader.ts";
import type { Trouble } from "./trouble.ts";

/** How waiting for a head ends. */
export type HeadEnd =
  | Extract<HeadOutcome, { kind: "head" | "aborted" }>
  | { kind: "trouble"; trouble: Trouble };

export type State =
  | { kind: "idle" }
  | { kind: "head"; reader: ResponseReader; settle: (outcome: HeadEnd) => void }
  /** The head is there, the body was not asked for yet. */
  | { kind: "between"; reader: ResponseReader; head: ResponseHead }
  | {
      kind: "body";
      reader: ResponseReader;
      head: ResponseHead;
      sink: BodySink;
      settle: (outcome: BodyOutcome) => void;
    }
  /** All of the answer is there; whether something follows that does not belong to it shows in a moment. */
  | { kind: "ending"; head: ResponseHead; trailers: Fields; settle: (outcome: BodyOutcome) => void }
  | { kind: "closed" };
