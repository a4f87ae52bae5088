/** A tab's side of the hub: hears from it what it would else have to ask the server for. */
import { systemClock } from "../../job/clock.ts";
import type { Follower, FollowOptions } from "../follow-events.ts";
import type { Session } from "./create-stream-hub.ts";
import { HUB_SILENCE_MS } from "./hub-messages.ts";
import type { HubMessage, MemberMessage } from "./hub-messages.ts";
import { unpackError } from "./pack-error.ts";

/** A way to the hub. */
export interface HubConnection {
  send: (message: MemberMessage) => void;
  close: () => void;
}

/** Opens a way; `onBroken` says that there will never be an answer on it. */
export type ConnectHub = (onMessage: (message: HubMessage) => void, onBroken: () => void) => HubConnection;

/** A hub that says nothing at first is given up then: it answers before it has asked the server anything. */
const WELCOME_MS = 10_000;

/**
 * Follows until the signal aborts, over as many hubs as it takes.
 *
 * @returns false if no hub answers: then one has to follow by oneself
 */
export async function followHub(
  connect: ConnectHub,
  session: () => Session,
  follower: Follower,
  options: FollowOptions,
): Promise<boolean> {
  while (!options.signal.aborted) {
    const welcomed = await stayWith(connect, session, follower, options);
    if (!welcomed && !options.signal.aborted) return false;
  }
  return true;
}

/** Listens to one hub until it is silent. Answers whether it ever spoke. */
async function stayWith(
  connect: ConnectHub,
  session: () => Session,
  follower: Follower,
  { signal, clock = systemClock, onPause }: FollowOptions,
): Promise<boolean> {
  let heard = 0;
  let broken = false;
  let wake = new AbortController();
  const hub = connect(
    (message) => {
      if (signal.aborted) return;
      heard += 1;
      if (message.kind === "ping") hub.send({ kind: "pong" });
      else if (message.kind === "call") hub.send({ kind: "hello", ...session() });
      else takeIn(message, follower);
    },
    () => {
      broken = true;
      wake.abort();
    },
  );
  onPause?.(() => hub.send({ kind: "retry", token: session().token }));
  hub.send({ kind: "hello", ...session() });
  try {
    while (!signal.aborted && !broken) {
      const before = heard;
      wake = new AbortController();
      await clock.sleep(heard === 0 ? WELCOME_MS : HUB_SILENCE_MS, AbortSignal.any([signal, wake.signal]));
      if (heard === before) break;
    }
    return heard > 0;
  } finally {
    if (!broken) hub.send({ kind: "bye" });
    hub.close();
  }
}

function takeIn(message: Exclude<HubMessage, { kind: "ping" | "call" }>, follower: Follower): void {
  switch (message.kind) {
    case "welcome":
      return;
    case "events":
      return follower.events(message.events);
    case "link":
      return follower.link(message.link, message.error === null ? null : unpackError(message.error));
    default:
      throw message satisfies never;
  }
}
