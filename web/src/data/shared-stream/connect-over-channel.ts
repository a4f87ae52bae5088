/**
 * The way to the hub where there are no shared workers: whichever tab holds the lock is it. The browser gives the lock
 * to the next one as soon as that tab is gone, however it went.
 */
import type { Member } from "../../../../src/client/hub/create-stream-hub.ts";
import type { HubConnection } from "../../../../src/client/hub/follow-hub.ts";
import type { HubMessage, MemberMessage } from "../../../../src/client/hub/hub-messages.ts";
import { createPageHub } from "./create-page-hub.ts";
import { onLeaving } from "./on-leaving.ts";

type ChannelMessage =
  | { to: "hub"; from: string; message: MemberMessage }
  /** `null`: for everybody. */
  | { to: "member"; id: string | null; message: HubMessage };

export function connectOverChannel(
  onMessage: (message: HubMessage) => void,
  onBroken: () => void,
): HubConnection {
  // Two servers behind one proxy are two.
  const name = `haulyard-events ${new URL(".", document.baseURI).pathname}`;
  const id = crypto.randomUUID();
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", ({ data }: MessageEvent<ChannelMessage>) => {
    if (data.to === "member" && (data.id === null || data.id === id)) onMessage(data.message);
  });
  const over = new AbortController();
  navigator.locks
    .request(name, { signal: over.signal }, () => lead(name, over.signal))
    .catch(() => {
      if (!over.signal.aborted) onBroken();
    });
  const send = (message: MemberMessage): void => {
    post(channel, { to: "hub", from: id, message });
  };
  const stay = onLeaving({ left: () => send({ kind: "bye" }), back: () => onMessage({ kind: "call" }) });
  return {
    send,
    close: () => {
      stay();
      channel.close();
      over.abort();
    },
  };
}

/** Is the hub until the signal aborts. A channel does not hear itself: the hub has another one than its own tab. */
function lead(name: string, signal: AbortSignal): Promise<void> {
  const hub = createPageHub();
  const channel = new BroadcastChannel(name);
  const members = new Map<string, Member>();
  const tell = (id: string | null, message: HubMessage): void => {
    post(channel, { to: "member", id, message });
  };
  channel.addEventListener("message", ({ data }: MessageEvent<ChannelMessage>) => {
    if (data.to !== "hub") return;
    const { from, message } = data;
    const member = members.get(from) ?? { send: (answer: HubMessage) => tell(from, answer) };
    members.set(from, member);
    hub.take(member, message);
    if (message.kind === "bye") members.delete(from);
  });
  tell(null, { kind: "call" });
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      hub.stop();
      channel.close();
      resolve();
    });
  });
}

function post(channel: BroadcastChannel, message: ChannelMessage): void {
  // The rule takes it for a window's: a channel has no origin but its own.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage(message);
}
