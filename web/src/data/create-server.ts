/** What components see of the server, put together. */
import { createClient } from "../../../src/client/create-client.ts";
import { createLiveJobs } from "../../../src/client/create-live-jobs.ts";
import { createAsked } from "./create-asked.ts";
import { createForesight } from "./create-foresight.ts";
import { createRemovals } from "./create-removals.ts";
import { createSpeedLog } from "./job-speeds.ts";
import type { Server } from "./server.tsx";
import { paceEvents } from "./shared-stream/pace-events.ts";
import { followShared } from "./shared-stream/follow-shared.ts";
import { createSpeedHistory } from "./speed-history.ts";
import { currentToken } from "./token.ts";

export function createServer(): Server {
  /** What is sent while the page is left has to outlive it. */
  let leaving = false;
  const client = createClient({
    baseUrl: ".",
    token: currentToken,
    fetch: (input, init) => fetch(input, leaving ? { ...init, keepalive: true } : init),
  });
  const live = createForesight(
    createLiveJobs(client, { follow: paceEvents(followShared(client, currentToken)) }),
  );
  const asked = createAsked(live);
  const removals = createRemovals(client, live);
  addEventListener("pagehide", () => {
    leaving = true;
    removals.flush();
  });
  // Back from the browser's store of pages that were left.
  addEventListener("pageshow", () => (leaving = false));
  return { client, live, asked, removals, speeds: createSpeedHistory(live), speedLog: createSpeedLog(live) };
}
