/** A server of its own folder, database, engine and catalogue, on a free port. Only time may be held still. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { ScriptedTransfers } from "../../../test/world/scripted-transfers.ts";
import { createPlaces } from "../../catalog/model-places/watch-places.ts";
import { FILES_FOLDER } from "../../catalog/plan.ts";
import { keepFiles } from "../../engine/keep-files.ts";
import { createFileKeeper } from "../../files/file-keeper.ts";
import type { FileKeeper } from "../../job/file-keeper-contract.ts";
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
import type { Engine } from "../../engine/engine-contract.ts";
import type { CommandPolicy } from "../../job/card-contract.ts";
import type { ReuseMode } from "../../job/reuse.ts";
import { systemClock } from "../../job/clock.ts";
import type { Clock } from "../../job/clock.ts";
import type { Finding } from "../../job/finding.ts";
import type { Hosts } from "../../job/host-contract.ts";
import { parseSchedule } from "../../job/limit/rate-schedule.ts";
import type { ImageLibrary } from "../../job/image-contract.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { createNotifications } from "../../notify/create-notifications.ts";
import { createInstances } from "../../shell/create-instances.ts";
import type { InstancesOptions } from "../../shell/create-instances.ts";
import { createMetrics } from "../../metrics/create-metrics.ts";
import { openSqliteStore } from "../../store/open-sqlite-store.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import type { TransferSettings } from "../../transfer/transfer-settings.ts";
import { restrictAsking } from "../access/restrict-askers.ts";
import { createServer } from "../create-server.ts";
import type { Server } from "../create-server.ts";
import type { ServerSettings } from "../parts.ts";
import { Problems } from "../problems.ts";

const HOUR = 3_600_000;
const STOP_GRACE_MS = HOUR;
const UI_HOME = "/workspace/ComfyUI";

/** Nobody is there to be asked. */
const NO_TOKENS = {
  hfToken: null,
  hfEndpoint: "http://hugging-face.invalid",
  civitaiApiKey: null,
  civitaiEndpoint: "http://civitai.invalid",
};

export interface TestOptions {
  /** Where Hugging Face and Civitai are, and the tokens for them. */
  services?: Partial<Parameters<typeof services>[0]>;
  /** What the environment of the start says of the settings. */
  environment?: Record<string, string>;
  /** Goes on in the folder of an earlier server. */
  folder?: string;
  catalogue?: unknown;
  /** The image catalogue; none of its own: it is empty. */
  imageCatalogue?: unknown;
  clock?: Clock;
  requestTimeoutMs?: number;
  /** How real transfers are set up. */
  transfer?: TransferSettings;
  /** Real transfers; else scripted ones, that do what a test says when it says. */
  real?: boolean;
  settings?: Partial<ServerSettings>;
  /** What a look at the machine finds. */
  findings?: readonly Finding[];
  /** The setting. */
  limitRate?: string;
  /** Which commands of cards may run. */
  commands?: CommandPolicy;
  /** How instances are reached. */
  instances?: Partial<InstancesOptions>;
  /** What is done where the bytes of a download are here already; default: they are fetched. */
  reuse?: ReuseMode;
  /** Jobs at a time; 0 keeps all of them waiting. */
  localJobs?: number;
}

export interface TestServer extends AsyncDisposable {
  url: string;
  port: number;
  folder: string;
  models: string;
  downloads: string;
  catalogFile: string;
  /** Folder of the resource cards. */
  cards: string;
  imagesDir: string;
  imageCatalogFile: string;
  images: ImageLibrary;
  files: FileKeeper;
  engine: Engine;
  hosts: Hosts;
  store: JobStore;
  server: Server;
  problems: Problems;
  transfers: ScriptedTransfers;
  /** What was logged, as parsed lines. */
  log: Record<string, unknown>[];
  /** Stops everything and leaves the folder. */
  stop(): Promise<void>;
}

/** The services and the environment as the variables that say so. */
function environmentOf({ services: given, environment }: TestOptions): Record<string, string> {
  const { hfToken, hfEndpoint, civitaiApiKey, civitaiEndpoint } = { ...NO_TOKENS, ...given };
  return {
    HF_ENDPOINT: hfEndpoint,
    CIVITAI_ENDPOINT: civitaiEndpoint,
    ...(hfToken === null ? {} : { HF_TOKEN: hfToken }),
    ...(civitaiApiKey === null ? {} : { CIVITAI_API_KEY: civitaiApiKey }),
    ...environment,
  };
}

export async function startServer(options: TestOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "haulyard-server-")));
  const models = join(folder, "models");
  const downloads = join(folder, "downloads");
  const catalogFile = join(folder, "model_configs.json");
  const cards = join(folder, "resources");
  await mkdir(cards, { recursive: true });
  await mkdir(models, { recursive: true });
  await mkdir(downloads, { recursive: true });
  if (options.folder === undefined || options.catalogue !== undefined)
    await writeFile(catalogFile, `${JSON.stringify(options.catalogue ?? {}, null, 2)}\n`);

  const imagesDir = join(folder, "images");
  const imageCatalogFile = join(folder, "images.json");
  if (options.imageCatalogue !== undefined || !existsSync(imageCatalogFile))
    await writeFile(imageCatalogFile, JSON.stringify(options.imageCatalogue ?? { images: [] }));

  const log: Record<string, unknown>[] = [];
  const write = (line: string): unknown => log.push(JSON.parse(line) as Record<string, unknown>);
  const logger = pino({ level: "debug" }, { write });
  const clock = options.clock ?? systemClock;
  const transfers = new ScriptedTransfers();
  const metrics = createMetrics({ version: "1.2.3" });
  const store = metrics.watchStore(await openSqliteStore({ path: join(folder, "haulyard.db") }));
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
  const held = restrictAsking(web);
  const catalogs = createCatalogs({
    node: "here",
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
    hooks: { programs: [], environment: {}, folder },
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
    parseMetalink: web.parseMetalink,
    facts: store,
    problems,
    metrics,
    backup: (withSecrets) => {
      const database = join(folder, "haulyard.db");
      const configFile = join(folder, "haulyard.config.json");
      const files = {
        modelConfigs: catalogFile,
        imageCatalog: imageCatalogFile,
        resources: cards,
        configFile,
      };
      return makeBackup({
        places: { data: folder, database, ...files },
        version: "1.2.3",
        withSecrets,
        now: clock.now(),
        secretSettings: secretSettings(),
      });
    },
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

/** Everything a request could change: the jobs, and every file but the database and the mirror of the jobs. */
export async function stateOf({ store, folder }: TestServer): Promise<unknown> {
  const { jobs } = await store.list({ sort: "oldest", limit: 1000 });
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile() && !/^haulyard\.db|^\.{0,2}download_(?:status|queue)/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return {
    jobs,
    hosts: await store.hosts.list(),
    channels: await store.notices.channels(),
    limit: await store.overallLimit(),
    cursor: await store.cursor(),
    files: await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])),
  };
}
