/** The server as every component sees it: calls to make and jobs that are kept up to date. */
import { createContext, useContext } from "react";
import type { Client } from "../../../src/client/create-client.ts";
import type { LiveJobsStore } from "../../../src/client/create-live-jobs.ts";
import type { SpeedHistory } from "./speed-history.ts";

export interface Server {
  client: Client;
  live: LiveJobsStore;
  speeds: SpeedHistory;
}

const ServerContext = createContext<Server | null>(null);

export const ServerProvider = ServerContext.Provider;

export function useServer(): Server {
  const server = useContext(ServerContext);
  if (server === null) throw new Error("useServer needs a ServerProvider above it");
  return server;
}
