import type { JobStore } from "../../job/store-contract.ts";
import type { EngineParts } from "../create-engine.ts";
import { JobLogs } from "./job-log.ts";
import { storeIdOf } from "./store-id.ts";

/** What commands of cards are run with. */
export async function openCommands({
  store,
  logsFolder,
  ...parts
}: Omit<EngineParts["commands"], "logs" | "storeId"> & {
  store: JobStore;
  /** Logs of jobs are kept here. */
  logsFolder: string;
}): Promise<EngineParts["commands"]> {
  return { ...parts, logs: new JobLogs(logsFolder), storeId: await storeIdOf(store) };
}
