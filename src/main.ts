/** The table of contents of a server: build the parts, join them, serve, stop. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { refuseStep } from "./catalog/commands/refuse-step.ts";
import { createPlaces } from "./catalog/model-places/watch-places.ts";
import type { ReadPlaces } from "./catalog/model-places/watch-places.ts";
import { FILES_FOLDER } from "./catalog/plan.ts";
import { createCatalogs } from "./catalog/create-catalogs.ts";
import { commandPath } from "./config/command-path.ts";
import { readEnvironment } from "./config/environment.ts";
import { services } from "./config/origin-tokens.ts";
import { extraPathsFile } from "./config/extra-paths-file.ts";
import type { KeptSettings } from "./config/kept-settings.ts";
import type { GivenSettings } from "./config/read-settings.ts";
import type { Settings } from "./config/settings-table.ts";
import { transferSettings } from "./config/transfer-settings.ts";
import { createExamine } from "./doctor/create-examine.ts";
import { createTokenTest } from "./doctor/test-token.ts";
import { openCommands } from "./engine/command/open-commands.ts";
import { keepFiles } from "./engine/keep-files.ts";
import { createFileKeeper } from "./files/file-keeper.ts";
import type { FileKeeper } from "./job/file-keeper-contract.ts";
import type { ReuseParts } from "./engine/reuse-files.ts";
import { createEngine } from "./engine/create-engine.ts";
import type { Engine } from "./engine/engine-contract.ts";
import { createHosts } from "./engine/hosts/create-hosts.ts";
import { openOverallLimit } from "./engine/overall-limit.ts";
import { systemClock } from "./job/clock.ts";
import type { Examine } from "./job/finding.ts";
import type { Hosts } from "./job/host-contract.ts";
import type { ImageLibrary } from "./job/image-contract.ts";
import type { JobStore } from "./job/store-contract.ts";
import type { OpenLog } from "./log/create-logger.ts";
import { createLogger } from "./log/create-logger.ts";
import { createMetrics } from "./metrics/create-metrics.ts";
import type { OpenMetrics } from "./metrics/create-metrics.ts";
import type { Server } from "./server/create-server.ts";
import { restrictAsking } from "./server/access/restrict-askers.ts";
import type { Notifier } from "./notify/notifier.ts";
import { createServer } from "./server/create-server.ts";
import { Problems } from "./server/problems.ts";
import { serverSettings } from "./server-settings.ts";
import type { OpenInstances } from "./shell/create-instances.ts";
import { outputTools } from "./shell/output/output-tools.ts";
import { tellSystemd } from "./service/tell-systemd.ts";
import { lockDataFolder } from "./store/lock-data-folder.ts";
import {
  backupsOf,
  buildNotifier,
  isOnlyAway,
  listen,
  makeFolder,
  openInstances,
  openKept,
  openStore,
  StartError,
  tokenOf,
} from "./start-parts.ts";
import { createTransfer, type Transfer } from "./transfer/create-transfer.ts";

const ROOT = join(import.meta.dirname, "..");
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What is opened before the parts are built. */
interface Opened {
  store: JobStore;
  metrics: OpenMetrics;
}

interface Running {
  /** Where it answers: `http://127.0.0.1:8866`. */
  url: string;
  /** Ends everything in order; partial files are kept and synced, jobs go back to the queue. */
  stop(): Promise<void>;
  /** Whether it does its work: its store answers. */
  isWell(): Promise<boolean>;
  log: Logger;
}

/** Server, page and runner in one process, until it is asked to stop. Answers the exit code. */
export async function serve(given: GivenSettings): Promise<number> {
  let running: Running;
  try {
    running = await start(given);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`haulyard: ${error.message}\n`);
    return 1;
  }
  process.stdout.write(`Haulyard is ready at ${running.url}\n`);
  const systemd = tellSystemd({ environment: readEnvironment(), ...running });
  await systemd.ready(`Serving at ${running.url}`);
  await askedToStop();
  await Promise.all([systemd.stopping(), running.stop()]);
  return 0;
}

/** Resolves at the first SIGINT or SIGTERM; the second of either ends the process at once, which loses nothing. */
function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, ask);
  });
}

async function start(given: GivenSettings): Promise<Running> {
  let settings = given.with(new Map());
  // Nobody else on the machine has a business in the database, which knows headers and signed links.
  makeFolder(settings.data);
  const lock = lockDataFolder(settings.data);
  if (lock === null) throw new StartError(`Another Haulyard serves from ${settings.data} already.`);
  const log = createLogger(join(settings.data, "logs/haulyard.log"));
  let store: JobStore | null = null;
  let instances: OpenInstances | null = null;
  const metrics = createMetrics({ version: packageJson.version });
  try {
    store = metrics.watchStore(await openStore(settings));
    const kept = await openKept(given, store, log.logger);
    settings = kept.values;
    // Behind the lock and behind a restore that was broken off: the token is a file of this folder.
    const token = tokenOf(settings);
    instances = await openInstances(settings, metrics.linkUp);
    const built = await build(kept, token, { store, instances, metrics }, log.logger);
    const { engine, server, images, files, notifier } = built;
    const url = await listen(server, settings);
    await engine.start();
    await notifier.start();
    images.start();
    const keptFiles = keepFiles({ engine, files, log: log.logger });
    log.logger.info({ url, data: settings.data, models: settings.modelsDir }, "serving");
    const parts = { ...built, keptFiles, instances, store, lock, log };
    const isWell = (): Promise<boolean> => engine.counts().then(() => true, isOnlyAway);
    return { url, stop: () => stop(parts), isWell, log: log.logger };
  } catch (error) {
    await instances?.[Symbol.asyncDispose]();
    await store?.close();
    lock.release();
    throw error;
  }
}

/** Queue, transfers and commands. */
async function buildEngine(
  kept: KeptSettings,
  { store, metrics, hosts, reuse }: Opened & { hosts: Hosts; reuse: ReuseParts },
  log: Logger,
): Promise<{ engine: Engine; transfer: Transfer }> {
  const [clock, { values: settings }] = [systemClock, kept];
  const limit = await openOverallLimit({ store, clock, log, setting: settings.limitRate });
  const bytesPerSecond = (): number | null => limit.bytesPerSecond();
  const transfer = createTransfer({
    ...transferSettings(settings, packageJson.version),
    clock,
    bytesPerSecond,
  });
  const engine = createEngine({
    store,
    transfer: { ...transfer, run: metrics.watchTransfer(transfer.run) },
    clock,
    log,
    node: settings.node,
    owner: `${settings.node}/${process.pid}-${randomUUID()}`,
    outlastsStore: settings.databaseUrl.kind === "postgres",
    localJobs: () => settings.localJobs,
    perHost: () => settings.perHost,
    laneLimits: hosts.laneLimits,
    commands: await openCommands({
      store,
      hosts,
      output: outputTools,
      logsFolder: join(settings.data, "logs/jobs"),
      credentials: settings,
      fetch: transfer.fetchDocument,
      refuse: (step) => refuseStep(settings.commands, step),
      pathFolders: settings.pathFolders,
      unreachableMs: () => settings.unreachableMinutes * MINUTE_MS,
    }),
    limit,
    settings: kept,
    reuse,
    retentionMs: () => settings.retentionHours * HOUR_MS,
    stallMs: () => settings.stallMinutes * MINUTE_MS,
  });
  return { engine, transfer };
}

async function build(
  kept: KeptSettings,
  token: string | null,
  opened: Opened & { instances: OpenInstances },
  logger: Logger,
): Promise<Built> {
  const [{ values: settings }, { store, instances, metrics }] = [kept, opened];
  const [clock, { downloads, uiHome }] = [systemClock, settings];
  const hosts = createHosts({ store, instances, clock, log: logger.child({ part: "hosts" }), uiHome });
  const places = createPlaces({
    modelsDir: settings.modelsDir,
    extraPaths: extraPathsFile(settings, readEnvironment()),
    log: logger.child({ part: "models" }),
  });
  const files = openFiles(settings, places, store, logger.child({ part: "files" }));
  const reuse = { mode: settings.reuse, find: files.donors, index: files };
  const parts = { ...opened, hosts, reuse };
  const { engine, transfer } = await buildEngine(kept, parts, logger.child({ part: "engine" }));
  const held = restrictAsking(transfer);
  const catalogs = createCatalogs({
    ...settings,
    commands: () => settings.commands,
    node: settings.node,
    downloadsDir: downloads,
    places,
    sampleFile: join(ROOT, "model_configs.sample.json"),
    hosts,
    fetch: held.fetchDocument,
    look: held.look,
    ...services(settings),
    builtInImages: join(ROOT, "image_catalog.yaml"),
    parseMetalink: transfer.parseMetalink,
    clock,
    log: logger.child({ part: "images" }),
  });
  const folders = (): Promise<string[]> => fileRoots(settings, places);
  const notifier = buildNotifier(settings, { store, folders, node: settings.node, logger });
  const server = await createServer({
    engine,
    notifications: notifier,
    hosts,
    files,
    ...catalogs,
    clock,
    logger,
    inspect: held.inspect,
    look: held.look,
    access: store.access,
    parseMetalink: transfer.parseMetalink,
    facts: store,
    metrics,
    backup: backupsOf(settings, packageJson.version),
    problems: new Problems(logger),
    settingsKeeper: kept.keeper(createTokenTest(settings, transfer.fetchDocument)),
    examine: doctorOf(settings, transfer),
    settings: serverSettings(settings, token),
  });
  return { engine, server, images: catalogs.images, files, notifier };
}

function openFiles(settings: Settings, places: ReadPlaces, store: JobStore, log: Logger): FileKeeper {
  const roots = (): Promise<string[]> => fileRoots(settings, places);
  return createFileKeeper({ store: store.files(settings.node), roots, clock: systemClock, log });
}

/** Looks at this machine, with the settings as they are at each look. */
function doctorOf(settings: Settings, { fetchDocument: fetch }: Transfer): Examine {
  const path = commandPath(settings.pathFolders, readEnvironment());
  return createExamine({ settings, path, fetch });
}

/** Folders whose files are known by their hashes. */
async function fileRoots({ imagesDir, downloads }: Settings, places: ReadPlaces): Promise<string[]> {
  return [...(await places()).beside, imagesDir, join(downloads, FILES_FOLDER)];
}

interface Built {
  server: Server;
  engine: Engine;
  images: ImageLibrary;
  files: FileKeeper;
  notifier: Notifier;
}

type Open = Omit<Built, "files"> & {
  keptFiles: { close(): Promise<void> };
  instances: OpenInstances;
  store: JobStore;
  lock: { release(): void };
  log: OpenLog;
};

async function stop(parts: Open): Promise<void> {
  const { server, engine, images, keptFiles, notifier, instances, store, lock, log } = parts;
  // The engine first: its last words belong into the JSON files the server closes with.
  await engine.stop();
  await keptFiles.close();
  await notifier.stop();
  await server.close();
  await images.stop();
  await instances[Symbol.asyncDispose]();
  await store.close();
  lock.release();
  log.logger.info({}, "stopped");
  log.close();
}
