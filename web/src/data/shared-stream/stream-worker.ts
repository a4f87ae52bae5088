/** The shared worker: one event stream for all tabs, and nothing else. */
import { z } from "zod";
import type { HubMessage, MemberMessage } from "../../../../src/client/hub/hub-messages.ts";
import { createPageHub } from "./create-page-hub.ts";

// As on the page: the Content-Security-Policy lets nobody compile.
z.config({ jitless: true });

const hub = createPageHub();

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  const member = { send: (message: HubMessage) => port.postMessage(message) };
  port.addEventListener("message", ({ data }: MessageEvent<MemberMessage>) => hub.take(member, data));
  port.start();
});
