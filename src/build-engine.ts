/** Queue, transfers and commands of this machine, joined: what `serve` and `worker` have in common. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { refuseStep } from "./catalog/commands/refuse-step.ts";
import { createPlaces } from "./catalog/model-places/watch-places.ts";
import type { ReadPlaces } from "./catalog/model-places/watch-places.ts";
import { FILES_FOLDER } from "./catalog/files-folder.ts";
import { readEnvironment } from "./config/environment.ts";
import { extraPathsFile } from "./config/extra-paths-file.ts";
import type { Settings } from "./config/settings-table.ts";
import { transferSettings } from "./config/transfer-settings.ts";
import { openCommands } from "./engine/command/open-commands.ts";
import { createEngine } from "./engine/create-engine.ts";
import type { Engine } from "./engine/engine-contract.ts";
import { createHosts } from "./engine/hosts/create-hosts.ts";
import { NodeKeeper } from "./engine/nodes/keep-node.ts";
import { openOverallLimit } from "./engine/overall-limit.ts";
import { createFileKeeper } from "./files/file-keeper.ts";
import { systemClock } from "./job/clock.ts";
import type { FileKeeper } from "./job/file-keeper-contract.ts";
import type { Hosts } from "./job/host-contract.ts";
import type { NodeKind } from "./job/node-contract.ts";
import type { Notifier } from "./notify/notifier.ts";
import type { Base } from "./open-base.ts";
import { outputTools } from "./shell/output/output-tools.ts";
import { createSigner } from "./sharing/sign-request.ts";
import { buildNotifier, clockOf } from "./start-parts.ts";
import { createTransfer, type Transfer } from "./transfer/create-transfer.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What this machine is to the others. */
export interface Role {
  kind: NodeKind;
  /** What its clients show; null: nothing. */
  token: string | null;
  onReplaced: () => void;
  onDrained: () => void;
}

export interface Machine {
  engine: Engine;
  transfer: Transfer;
  hosts: Hosts;
  places: ReadPlaces;
  files: FileKeeper;
  notifier: Notifier;
  node: NodeKeeper;
}

export async function buildMachine(base: Base, role: Role): Promise<Machine> {
  const { store, instances } = base;
  const { values: settings } = base.kept;
  const { logger } = base.log;
  const hosts = createHosts({
    store,
    instances,
    clock: clockOf(store),
    log: logger.child({ part: "hosts" }),
    uiHome: settings.uiHome,
  });
  const places = createPlaces({
    modelsDir: settings.modelsDir,
    extraPaths: extraPathsFile(settings, readEnvironment()),
    roots: settings.roots,
    log: logger.child({ part: "models" }),
  });
  const roots = (): Promise<string[]> => fileRoots(settings, places);
  const files = createFileKeeper({
    store: store.files(settings.node),
    roots,
    clock: systemClock,
    log: logger.child({ part: "files" }),
  });
  const node = keeperOf(base, role);
  const log = logger.child({ part: "engine" });
  const { engine, transfer } = await buildEngine(base, { hosts, files, node }, log);
  const notifier = buildNotifier(settings, { store, folders: roots, node: settings.node, logger });
  return { engine, transfer, hosts, places, files, notifier, node };
}

/** Queue, transfers and commands. */
async function buildEngine(
  { kept, store, metrics, run }: Base,
  { hosts, files, node }: Pick<Machine, "hosts" | "files" | "node">,
  log: Logger,
): Promise<{ engine: Engine; transfer: Transfer }> {
  const [clock, { values: settings }] = [clockOf(store), kept];
  const limit = await openOverallLimit({ store, clock, log, setting: settings.limitRate });
  const bytesPerSecond = (): number | null => limit.bytesPerSecond();
  const given = transferSettings(settings, packageJson.version);
  const transfer = createTransfer({ ...given, clock, bytesPerSecond });
  const engine = createEngine({
    store,
    transfer: { ...transfer, run: metrics.watchTransfer(transfer.run) },
    clock,
    log,
    node: settings.node,
    owner: run,
    outlastsStore: settings.databaseUrl.kind === "postgres",
    isResting: () => node.isResting,
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
    reuse: { mode: settings.reuse, find: files.donors, index: files },
    sharing: {
      sign: createSigner({ sharing: store.sharing, clock }),
      hash: (path, signal) => files.hashNow(path, signal),
    },
    retentionMs: () => settings.retentionHours * HOUR_MS,
    stallMs: () => settings.stallMinutes * MINUTE_MS,
    retries: () => settings.retries,
    originRate: given.originRate,
  });
  return { engine, transfer };
}

function keeperOf({ store, kept, log, run, sharing }: Base, { kind, token, ...told }: Role): NodeKeeper {
  const { values: settings } = kept;
  const { modelsDir: models, imagesDir: images, downloads, uiHome } = settings;
  return new NodeKeeper({
    nodes: store.nodes,
    clock: clockOf(store),
    log: log.logger.child({ part: "node" }),
    draft: {
      name: settings.node,
      kind,
      version: packageJson.version,
      address: settings.nodeUrl,
      labels: settings.labels,
      folders: { models, images, downloads, ui_home: uiHome },
      run,
      shareAddress: sharing?.address ?? null,
      tokenHash: token === null ? null : createHash("sha256").update(token).digest("hex"),
    },
    ...told,
  });
}

/** Folders whose files are known by their hashes. */
async function fileRoots({ imagesDir, downloads }: Settings, places: ReadPlaces): Promise<string[]> {
  return [...(await places()).ofModels, imagesDir, join(downloads, FILES_FOLDER)];
}
