/** The server as every component sees it: calls to make and jobs that are kept up to date. */
import { createContext, useContext } from "react";
import type { Client } from "../../../src/client/create-client.ts";
import type { Asked } from "./create-asked.ts";
import type { Foresight } from "./create-foresight.ts";
import type { Removals } from "./create-removals.ts";
import type { SpeedLog } from "./job-speeds.ts";
import type { SpeedHistory } from "./speed-history.ts";

export interface Server {
  client: Client;
  /** As they are, with what was just asked of them shown as done. */
  live: Foresight;
  /** What was just asked for and is no job yet. */
  asked: Asked;
  removals: Removals;
  speeds: SpeedHistory;
  /** Of each job. */
  speedLog: SpeedLog;
}

const ServerContext = createContext<Server | null>(null);

export const ServerProvider = ServerContext.Provider;

export function useServer(): Server {
  const server = useContext(ServerContext);
  if (server === null) throw new Error("useServer needs a ServerProvider above it");
  return server;
}
