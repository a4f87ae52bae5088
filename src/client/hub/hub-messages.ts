/**
 * What tabs of one browser and the hub among them say to each other. A hub keeps the one event stream and hands what
 * comes to every tab: a browser opens six connections to a server that speaks HTTP/1.1, and a stream of each tab would
 * leave the seventh without an answer. Everything here can be cloned (HTML, structured clone).
 */
import type { Link } from "../follow-events.ts";
import type { PlacedEvent } from "../open-event-stream.ts";
import type { PackedError } from "./pack-error.ts";

/** From a tab to the hub. */
export type MemberMessage =
  /** It wants to know everything from now on; where the server is, and the token it would show there. */
  | { kind: "hello"; baseUrl: string; token: string | null }
  /** A person wants it tried at once, with this token. */
  | { kind: "retry"; token: string | null }
  | { kind: "pong" }
  | { kind: "bye" };

/** From the hub to a tab. */
export type HubMessage =
  /** It has taken another's place and asks who is there. */
  | { kind: "call" }
  /** The hub is there; what it knows follows. */
  | { kind: "welcome" }
  | { kind: "events"; events: readonly PlacedEvent[] }
  | { kind: "link"; link: Link; error: PackedError | null }
  /** Says that the hub lives, and asks whether the tab does. */
  | { kind: "ping" };

/** Browsers let the timers of hidden tabs run only once a minute: a hub may live in one. */
export const PING_EVERY_MS = 15_000;

/** Silence after which a tab takes the hub for dead: two pings of a hidden tab are lost by then. */
export const HUB_SILENCE_MS = 150_000;

/** A tab that has answered nothing for so long is forgotten. One that only slept says hello when it wakes. */
export const MEMBER_SILENCE_MS = 150_000;
