/** A server of its own folder, database, engine and catalogue, on a free port. Only time may be held still. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { ScriptedTransfers } from "../../../test/world/scripted-transfers.ts";
import { createPlaces } from "../../catalog/model-places/watch-places.ts";
import { FILES_FOLDER } from "../../catalog/files-folder.ts";
import { keepFiles } from "../../engine/keep-files.ts";
import { createFileKeeper } from "../../files/file-keeper.ts";
import { createRestores } from "../../backup/create-restores.ts";
import { makeBackup } from "../../backup/make-backup.ts";
import { secretSettings } from "../../config/backup-places.ts";
import { createCatalogs } from "../../catalog/create-catalogs.ts";
import { openKeptSettings } from "../../config/kept-settings.ts";
import { originTokens, services } from "../../config/origin-tokens.ts";
import { readSettings } from "../../config/read-settings.ts";
import { lookAtFolder } from "../../doctor/check-folder.ts";
import { createTokenTest } from "../../doctor/test-token.ts";
import { createEngine } from "../../engine/create-engine.ts";
import { createHosts } from "../../engine/hosts/create-hosts.ts";
import { noCommands } from "../../engine/testing/no-commands.ts";
import { openOverallLimit } from "../../engine/overall-limit.ts";
import { systemClock } from "../../job/clock.ts";
import { parseSchedule } from "../../job/limit/rate-schedule.ts";
import { createNotifications } from "../../notify/create-notifications.ts";
import { createInstances } from "../../shell/create-instances.ts";
import { createMetrics } from "../../metrics/create-metrics.ts";
import { openSqliteStore } from "../../store/open-sqlite-store.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import { restrictAsking } from "../access/restrict-askers.ts";
import { createServer } from "../create-server.ts";
import { shareAsking } from "../groups/share-answers.ts";
import { Problems } from "../problems.ts";
import { layFolder } from "./lay-folder.ts";
import { environmentOf } from "./test-environment.ts";
import type { TestOptions, TestServer } from "./test-server.ts";

const HOUR = 3_600_000;
const STOP_GRACE_MS = HOUR;
const UI_HOME = "/workspace/ComfyUI";

export async function startServer(options: TestOptions = {}): Promise<TestServer> {
  const { folder, models, downloads, catalogFile, cards, imagesDir, imageCatalogFile } =
    await layFolder(options);
  const backedUp = {
    data: folder,
    database: join(folder, "haulyard.db"),
    modelConfigs: catalogFile,
    imageCatalog: imageCatalogFile,
    resources: cards,
    configFile: join(folder, "haulyard.config.json"),
    mirrors: [".download_status.json", "download_queue.json"].map((name) => join(downloads, name)),
  };

  const log: Record<string, unknown>[] = [];
  const write = (line: string): unknown => log.push(JSON.parse(line) as Record<string, unknown>);
  const logger = pino({ level: "debug" }, { write });
  const clock = options.clock ?? systemClock;
  const transfers = new ScriptedTransfers();
  const metrics = createMetrics({ version: "1.2.3" });
  const { storeOf = (store) => store } = options;
  const store = metrics.watchStore(storeOf(await openSqliteStore({ path: backedUp.database })));
  const setting = options.limitRate === undefined ? null : parseSchedule(options.limitRate);
  const limit = await openOverallLimit({ store, clock, log: logger, setting });
  const bytesPerSecond = (): number | null => limit.bytesPerSecond();
  const given = readSettings({ flags: {}, env: environmentOf(options), folder });
  if (given.kind === "bad") throw new Error(given.problems.join("\n"));
  const kept = await openKeptSettings({
    given: given.given,
    store: store.settings,
    clock,
    log: logger,
    lookAtFolder,
  });
  const web = createTransfer({
    clock,
    bytesPerSecond,
    tokens: () => originTokens(kept.values),
    ...options.transfer,
  });
  const transfer = options.real === true ? web : transfers;
  const instances = await createInstances({
    // Nobody's own ssh configuration is read.
    environment: { PATH: process.env["PATH"], HOME: folder },
    knownHostsPath: join(folder, "known_hosts"),
    sharedKeys: { keys: store.acceptedKeys, node: "here" },
    runsFolder: join(folder, "runs"),
    temporaryFolder: tmpdir(),
    toolFolders: [],
    clock,
    ...options.instances,
  });
  const hosts = createHosts({ store, instances, clock, log: logger, uiHome: UI_HOME });
  const places = createPlaces({
    modelsDir: models,
    extraPaths: {
      file: join(folder, "extra_model_paths.yaml"),
      mayBeMissing: true,
      home: folder,
      environment: {},
    },
  });
  const files = createFileKeeper({
    store: store.files("here"),
    roots: async () => [...(await places()).beside, imagesDir, join(downloads, FILES_FOLDER)],
    clock: systemClock,
    log: logger,
  });
  const engine = createEngine({
    reuse: { mode: options.reuse ?? "off", find: files.donors, index: files },
    ...noCommands(folder),
    commands: { ...noCommands(folder).commands, hosts, fetch: web.fetchDocument },
    store,
    transfer: {
      run: metrics.watchTransfer(transfer.run),
      inspect: transfer.inspect,
      discardPartial: transfer.discardPartial,
      readPartialMap: transfer.readPartialMap,
    },
    clock,
    log: logger,
    node: "here",
    owner: `here/${process.pid}-${Math.random()}`,
    localJobs: () => options.localJobs ?? 3,
    perHost: () => options.localJobs ?? 1,
    limit,
    settings: kept,
    retentionMs: () => kept.values.retentionHours * HOUR,
    stallMs: () => 600_000,
  });
  const held = restrictAsking(shareAsking(web));
  const catalogs = createCatalogs({
    node: "here",
    nodes: () => store.nodes.list(clock.now()),
    modelConfigs: catalogFile,
    sampleFile: catalogFile,
    modelsDir: models,
    downloadsDir: downloads,
    places,
    resources: cards,
    commands: () => options.commands ?? kept.values.commands,
    uiHome: UI_HOME,
    hosts,
    fetch: held.fetchDocument,
    look: held.look,
    hfCache: join(folder, "hub"),
    ...services(kept.values),
    imagesDir,
    imageCatalog: imageCatalogFile,
    builtInImages: imageCatalogFile,
    data: join(folder, "data"),
    keepImages: null,
    parseMetalink: web.parseMetalink,
    clock,
    log: logger,
  });
  const problems = new Problems(logger);
  const notifier = createNotifications({
    store: store.notices,
    facts: store,
    clock,
    log: logger,
    node: "here",
    owner: `here/${process.pid}-${Math.random()}`,
    userAgent: "haulyard/1.2.3",
    proxy: { http: null, https: null, no: null },
    hooks: { programs: options.hooks ?? [], environment: {}, folder },
    folders: async () => [models],
    diskLowBytes: () => 0,
  });
  const server = await createServer({
    engine,
    notifications: notifier,
    hosts,
    catalog: catalogs.catalog,
    places: catalogs.places,
    files,
    cards: catalogs.cards,
    images: catalogs.images,
    planner: catalogs.planner,
    plan: catalogs.plan,
    locks: catalogs.locks,
    inspect: transfer.inspect,
    look: held.look,
    access: store.access,
    nodes: store.nodes,
    parseMetalink: web.parseMetalink,
    facts: store,
    problems,
    metrics,
    backup: (withSecrets) =>
      makeBackup({
        places: backedUp,
        version: "1.2.3",
        withSecrets,
        now: clock.now(),
        secretSettings: secretSettings(),
      }),
    restores: createRestores(backedUp, () => clock.now()),
    settingsKeeper: kept.keeper(createTokenTest(kept.values, web.fetchDocument)),
    examine: async () => [...(options.findings ?? [])],
    clock,
    logger,
    ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
    settings: {
      version: "1.2.3",
      modelsDir: models,
      downloadsDir: downloads,
      filesDir: join(downloads, FILES_FOLDER),
      catalogFile,
      imageCatalogFile,
      keepImages: null,
      uiHome: UI_HOME,
      webDir: join(folder, "web"),
      retentionMs: 24 * HOUR,
      token: null,
      hostNames: [],
      trustedProxies: [],
      proxyUserHeader: null,
      proxyRole: "read",
      rpcOrigins: [],
      lacks: [],
      ...options.settings,
    },
  });
  await engine.start();
  await notifier.start();
  const keptFiles = keepFiles({ engine, files, log: logger });
  const url = await server.listen("127.0.0.1", 0);
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    // A clock that hurries must not cut short what the runs still write: the folder is removed next.
    await engine.stop(STOP_GRACE_MS);
    await keptFiles.close();
    await notifier.stop();
    await server.close();
    await catalogs.images.stop();
    await instances[Symbol.asyncDispose]();
    await store.close();
    await web.close();
  };
  return {
    url,
    port: Number(new URL(url).port),
    folder,
    models,
    downloads,
    catalogFile,
    files,
    imagesDir,
    imageCatalogFile,
    images: catalogs.images,
    cards,
    engine,
    hosts,
    store,
    server,
    problems,
    transfers,
    log,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      // What was asked for at the end may still be putting its folder in order.
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
