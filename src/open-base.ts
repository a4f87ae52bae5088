/** What every process of Haulyard that runs jobs stands on: its folder, its log, the store, the ways to instances. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import type { KeptSettings } from "./config/kept-settings.ts";
import type { GivenSettings } from "./config/read-settings.ts";
import type { JobStore } from "./job/store-contract.ts";
import type { OpenLog } from "./log/create-logger.ts";
import { createLogger } from "./log/create-logger.ts";
import { createMetrics } from "./metrics/create-metrics.ts";
import type { OpenMetrics } from "./metrics/create-metrics.ts";
import type { OpenInstances } from "./shell/create-instances.ts";
import { lockDataFolder } from "./store/lock-data-folder.ts";
import type { OpenSharing } from "./sharing/open-sharing.ts";
import { makeFolder, openInstances, openKept, openShare, openStore, StartError } from "./start-parts.ts";

export interface Base extends AsyncDisposable {
  /** Unique among all processes, now and ever; begins with the node's name. */
  run: string;
  kept: KeptSettings;
  log: OpenLog;
  store: JobStore;
  instances: OpenInstances;
  metrics: OpenMetrics;
  /** Where files are given to other machines; null: nowhere. */
  sharing: OpenSharing | null;
}

/** @throws StartError */
export async function openBase(given: GivenSettings): Promise<Base> {
  const settings = given.with(new Map());
  // Nobody else on the machine has a business in the database, which knows headers and signed links.
  makeFolder(settings.data);
  const { data, databaseUrl } = settings;
  const lock = lockDataFolder(data, databaseUrl.kind === "sqlite" ? databaseUrl.file : null);
  if (lock === null) throw new StartError(`Another Haulyard serves from ${data}, or its database, already.`);
  const log = createLogger(join(settings.data, "logs/haulyard.log"));
  let store: JobStore | null = null;
  let instances: OpenInstances | null = null;
  let sharing: OpenSharing | null = null;
  const metrics = createMetrics({ version: packageJson.version });
  const close = async (): Promise<void> => {
    await sharing?.close();
    await instances?.[Symbol.asyncDispose]();
    await store?.close();
    lock.release();
  };
  try {
    store = metrics.watchStore(await openStore(settings));
    const kept = await openKept(given, store, log.logger);
    instances = await openInstances(kept.values, store, metrics.linkUp);
    const run = `${settings.node}/${process.pid}-${randomUUID()}`;
    sharing = await openShare(kept.values, store, log.logger);
    return { run, kept, log, store, instances, metrics, sharing, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
