import { createClient } from "../../../../src/client/create-client.ts";
import { followEvents } from "../../../../src/client/follow-events.ts";
import { createStreamHub } from "../../../../src/client/hub/create-stream-hub.ts";
import type { StreamHub } from "../../../../src/client/hub/create-stream-hub.ts";

/** A hub that follows the server of the tabs that come to it. */
export function createPageHub(): StreamHub {
  return createStreamHub({
    follow: (session, follower, options) => followEvents(createClient(session), follower, options),
  });
}
