/**
 * One event stream for all tabs of this browser: a shared worker keeps it; where there are none (Chrome on Android),
 * one of the tabs does; and where they cannot agree on one either, each follows the server by itself.
 */
import type { Client } from "../../../../src/client/create-client.ts";
import type { Follow } from "../../../../src/client/create-live-jobs.ts";
import { followEvents } from "../../../../src/client/follow-events.ts";
import { followHub } from "../../../../src/client/hub/follow-hub.ts";
import type { ConnectHub } from "../../../../src/client/hub/follow-hub.ts";
import { connectOverChannel } from "./connect-over-channel.ts";
import { connectToWorker } from "./connect-to-worker.ts";

type StreamClient = Pick<Client, "jobs" | "limit" | "openEventStream">;

export function followShared(client: StreamClient, token: () => string | null): Follow {
  const session = () => ({ baseUrl: new URL(".", document.baseURI).href, token: token() });
  return async (follower, options) => {
    for (const connect of waysToShare()) if (await followHub(connect, session, follower, options)) return;
    await followEvents(client, follower, options);
  };
}

function waysToShare(): ConnectHub[] {
  const ways: ConnectHub[] = [];
  if (typeof SharedWorker === "function") ways.push(connectToWorker);
  // Locks exist only where nobody can listen in: over HTTPS and on this machine.
  if (typeof BroadcastChannel === "function" && "locks" in navigator) ways.push(connectOverChannel);
  return ways;
}
