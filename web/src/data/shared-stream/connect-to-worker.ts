/** The way to the hub in the shared worker. It lives as long as any tab of this page's version does. */
import type { HubConnection } from "../../../../src/client/hub/follow-hub.ts";
import type { HubMessage, MemberMessage } from "../../../../src/client/hub/hub-messages.ts";
import { onLeaving } from "./on-leaving.ts";

export function connectToWorker(
  onMessage: (message: HubMessage) => void,
  onBroken: () => void,
): HubConnection {
  let worker: SharedWorker;
  try {
    worker = new SharedWorker(new URL("./stream-worker.ts", import.meta.url), {
      type: "module",
      name: "haulyard-events",
    });
  } catch {
    // Some browsers refuse it in private windows, or where cookies are blocked.
    onBroken();
    return { send: () => {}, close: () => {} };
  }
  const { port } = worker;
  worker.addEventListener("error", onBroken);
  port.addEventListener("message", ({ data }: MessageEvent<HubMessage>) => onMessage(data));
  port.start();
  const send = (message: MemberMessage): void => port.postMessage(message);
  const stay = onLeaving({ left: () => send({ kind: "bye" }), back: () => onMessage({ kind: "call" }) });
  return {
    send,
    close: () => {
      stay();
      port.close();
    },
  };
}
