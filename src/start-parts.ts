/** What a start needs and may fail at, in words for the person who starts the server. */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { createRestores } from "./backup/create-restores.ts";
import { makeBackup } from "./backup/make-backup.ts";
import { finishRestore } from "./backup/restore-backup.ts";
import { EXIT } from "./cli/exit-codes.ts";
import type { ExitCode } from "./cli/exit-codes.ts";
import { backupPlaces, NO_FILE, secretSettings } from "./config/backup-places.ts";
import { readEnvironment } from "./config/environment.ts";
import { hookEnvironment } from "./config/hook-environment.ts";
import { openKeptSettings } from "./config/kept-settings.ts";
import type { KeptSettings, KeptSettingsParts } from "./config/kept-settings.ts";
import type { GivenSettings } from "./config/read-settings.ts";
import { ensureServerToken } from "./config/server-token.ts";
import type { Settings } from "./config/settings-table.ts";
import { makeFoldersNow, whyNotMade } from "./disk/make-folders.ts";
import { lookAtFolder } from "./doctor/check-folder.ts";
import { BackupError } from "./job/backup-contract.ts";
import type { MakeBackup, Restores } from "./job/backup-contract.ts";
import { systemClock } from "./job/clock.ts";
import type { Clock } from "./job/clock.ts";
import { isStoreUnreachable, STORE_UNREACHABLE } from "./job/store-contract.ts";
import type { JobStore } from "./job/store-contract.ts";
import { createNotifications } from "./notify/create-notifications.ts";
import type { NotificationParts } from "./notify/create-notifications.ts";
import type { Notifier } from "./notify/notifier.ts";
import type { Server } from "./server/create-server.ts";
import { openSharing } from "./sharing/open-sharing.ts";
import type { OpenSharing } from "./sharing/open-sharing.ts";
import { createInstances } from "./shell/create-instances.ts";
import type { OpenInstances } from "./shell/create-instances.ts";
import { openPostgresStore } from "./store/open-postgres-store.ts";
import { openSqliteStore } from "./store/open-sqlite-store.ts";
import { StoreError } from "./store/store-error.ts";

/** A server that cannot start, in words for the person who starts it. */
export class StartError extends Error {
  /** Of the program: a setting that cannot be used is wrong usage, wherever it shows. */
  readonly exitCode: ExitCode;

  constructor(message: string, { exitCode = EXIT.failed, ...options }: StartErrorOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

interface StartErrorOptions extends ErrorOptions {
  exitCode?: ExitCode;
}

/**
 * Says why a start failed, and answers the exit code. The database may be lost at any moment of it. Whatever else was
 * thrown is a fault of ours, and is thrown on.
 */
export function tellStartError(error: unknown): ExitCode {
  if (!(error instanceof StartError || error instanceof StoreError)) throw error;
  process.stderr.write(`haulyard: ${error.message}\n`);
  return error instanceof StartError ? error.exitCode : exitCodeOfStore(error);
}

/** A database that is away is trouble on the way to it: another start may do. */
function exitCodeOfStore({ code }: StoreError): ExitCode {
  return code === STORE_UNREACHABLE ? EXIT.network : EXIT.failed;
}

/** Ends what a start that failed had begun: the process would not end otherwise. Why it failed matters more than this. */
export async function endAll(opened: AsyncDisposableStack, log: Logger): Promise<void> {
  await opened
    .disposeAsync()
    .catch((error: unknown) => log.error({ err: error }, "a start that failed was not undone in order"));
}

/** What clients have to show, or null on loopback, where only this machine can ask. */
export function tokenOf(settings: Settings): string | null {
  const outcome = ensureServerToken(settings);
  switch (outcome.kind) {
    case "not_needed":
      return null;
    case "given":
      return outcome.token;
    case "kept":
      process.stdout.write(`Clients have to show the token in ${outcome.file}\n`);
      return outcome.token;
    case "bad":
      throw new StartError(outcome.problem);
    default:
      throw outcome satisfies never;
  }
}

/** @param node null: as a visitor, that takes nothing up */
export async function openStore({
  data,
  databaseUrl,
  node,
}: Pick<Settings, "data" | "databaseUrl"> & { node: string | null }): Promise<JobStore> {
  try {
    switch (databaseUrl.kind) {
      case "sqlite":
        if (await finishRestore(data))
          process.stdout.write("A restore that was broken off is finished now.\n");
        return await openSqliteStore({ path: databaseUrl.file });
      case "postgres":
        return await openPostgresStore({ url: databaseUrl.url, node, onWait: tellWaiting });
      default:
        throw databaseUrl satisfies never;
    }
  } catch (error) {
    if (error instanceof StoreError)
      throw new StartError(error.message, { cause: error, exitCode: exitCodeOfStore(error) });
    throw error;
  }
}

function tellWaiting(where: string): void {
  process.stderr.write(`haulyard: The database ${where} does not answer; waiting for it.\n`);
}

/** A database that is away for a while is no reason to be killed: downloads go on without it. */
export function isOnlyAway(error: unknown): boolean {
  return isStoreUnreachable(error);
}

/** Backups of this server, and their way back. */
export function backupsOf(
  settings: Settings,
  version: string,
): { backup: MakeBackup; restores: Restores | null } {
  const { database, ...others } = backupPlaces(settings, process.cwd());
  const places = database === null ? null : { ...others, database };
  return {
    backup: async (withSecrets) => {
      if (places === null) throw new BackupError(NO_FILE);
      const request = { version, withSecrets, now: systemClock.now(), secretSettings: secretSettings() };
      return makeBackup({ places, ...request });
    },
    restores: places === null ? null : createRestores(places, () => systemClock.now()),
  };
}

/** Instances over SSH, and the commands of this machine. */
export function openInstances(
  { data, pathFolders, node }: Settings,
  store: JobStore,
  linkUp: (again: boolean) => void,
): Promise<OpenInstances> {
  return createInstances({
    environment: readEnvironment(),
    knownHostsPath: join(data, "known_hosts"),
    sharedKeys: { keys: store.acceptedKeys, node },
    runsFolder: join(data, "runs"),
    temporaryFolder: tmpdir(),
    toolFolders: pathFolders,
    linkUp,
  });
}

/** Where this machine gives files to others of its site; null: it was not told to. @throws StartError */
export async function openShare(
  { node, shareHost: host, sharePort: port, shareUrl: url }: Settings,
  store: JobStore,
  logger: Logger,
): Promise<OpenSharing | null> {
  if (host === null) return null;
  const parts = {
    sharing: store.sharing,
    clock: clockOf(store),
    node,
    log: logger.child({ part: "sharing" }),
  };
  let opened: OpenSharing;
  try {
    opened = await openSharing({ host, port, url }, parts);
  } catch (error) {
    throw explainListening(error, { host, port }, { host: "HAULYARD_SHARE_HOST", port: "--share-port 8869" });
  }
  if (opened.address !== null) return opened;
  await opened.close();
  throw new StartError(
    `HAULYARD_SHARE_HOST: ${host} is every address of this machine. Say in HAULYARD_SHARE_URL where the others find it.`,
    { exitCode: EXIT.usage },
  );
}

/** The settings as people have changed them. */
export function openKept(
  given: GivenSettings,
  store: JobStore,
  log: KeptSettingsParts["log"],
): Promise<KeptSettings> {
  return openKeptSettings({ given, store: store.settings, clock: clockOf(store), log, lookAtFolder });
}

/** What jobs and people are told, and held to, is of one time on all machines. */
export function clockOf(store: JobStore): Clock {
  return { ...systemClock, now: () => store.now() };
}

/** Who is told what happens. */
export function buildNotifier(
  settings: Settings,
  {
    store,
    logger,
    ...parts
  }: Pick<NotificationParts, "folders" | "node"> & { store: JobStore; logger: Logger },
): Notifier {
  const { httpProxy, httpsProxy, noProxy, hooks, data } = settings;
  return createNotifications({
    ...parts,
    log: logger.child({ part: "notify" }),
    store: store.notices,
    facts: store,
    clock: clockOf(store),
    owner: `${parts.node}/${process.pid}-${randomUUID()}`,
    userAgent: `haulyard/${packageJson.version}`,
    proxy: { http: httpProxy, https: httpsProxy, no: noProxy },
    hooks: { programs: hooks, environment: hookEnvironment(readEnvironment()), folder: data },
    diskLowBytes: () => settings.diskLow,
  });
}

export function makeFolder(folder: string): void {
  try {
    makeFoldersNow(folder, 0o700);
  } catch (error) {
    const { why, isBadName } = whyNotMade(error);
    throw new StartError(`HAULYARD_DATA: the folder ${folder} cannot be made (${why}).`, {
      cause: error,
      exitCode: isBadName ? EXIT.usage : EXIT.failed,
    });
  }
}

export async function listen(server: Server, settings: Settings): Promise<string> {
  try {
    return await server.listen(settings.host, settings.port);
  } catch (error) {
    throw explainListening(error, settings);
  }
}

/**
 * Why an address could not be listened on, in words; what is no such thing stays as it is.
 *
 * @param set what sets the host, and another port
 */
export function explainListening(
  error: unknown,
  { host, port }: Pick<Settings, "host" | "port">,
  set = { host: "HAULYARD_HOST", port: "--port 8867" },
): unknown {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE")
    return new StartError(`Port ${port} of ${host} is taken. Choose another one: ${set.port}`, {
      cause: error,
    });
  if (code === "EACCES")
    return new StartError(`Port ${port} may not be used by this user.`, { cause: error });
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new StartError(
      `${set.host}: ${host} is no address of this machine. Expected one that it has, or 0.0.0.0 for all of them.`,
      { cause: error, exitCode: EXIT.usage },
    );
  return error;
}
