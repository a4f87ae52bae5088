/** The table of contents of a server: build the parts, join them, serve, stop. */
import { join } from "node:path";
import type { Logger } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { buildMachine } from "./build-engine.ts";
import type { Machine } from "./build-engine.ts";
import { createCatalogs } from "./catalog/create-catalogs.ts";
import { EXIT } from "./cli/exit-codes.ts";
import type { ExitCode } from "./cli/exit-codes.ts";
import { commandPath } from "./config/command-path.ts";
import { readEnvironment } from "./config/environment.ts";
import { services } from "./config/origin-tokens.ts";
import type { GivenSettings } from "./config/read-settings.ts";
import type { Settings } from "./config/settings-table.ts";
import { createExamine } from "./doctor/create-examine.ts";
import type { DoctorParts } from "./doctor/create-examine.ts";
import { createTokenTest } from "./doctor/test-token.ts";
import { keepFiles } from "./engine/keep-files.ts";
import type { Examine } from "./job/finding.ts";
import type { ImageLibrary } from "./job/image-contract.ts";
import type { Base } from "./open-base.ts";
import { openBase } from "./open-base.ts";
import { createServer } from "./server/create-server.ts";
import type { Server } from "./server/create-server.ts";
import { restrictAsking } from "./server/access/restrict-askers.ts";
import { shareAsking } from "./server/groups/share-answers.ts";
import { Problems } from "./server/problems.ts";
import { serverSettings } from "./server-settings.ts";
import { backupsOf, clockOf, endAll, isOnlyAway, listen, tellStartError, tokenOf } from "./start-parts.ts";
import { tellSystemd } from "./service/tell-systemd.ts";
import { askedToStop, replacedWords } from "./stop-words.ts";
import type { Transfer } from "./transfer/create-transfer.ts";

const ROOT = join(import.meta.dirname, "..");

interface Running {
  /** Where it answers: `http://127.0.0.1:8866`. */
  url: string;
  /** Ends everything in order; partial files are kept and synced, jobs go back to the queue. */
  stop(): Promise<void>;
  /** Whether it does its work: its store answers. */
  isWell(): Promise<boolean>;
  /** Resolves with what to say if it has to end by itself. */
  replaced: Promise<string>;
  log: Logger;
}

/** Server, page and runner in one process, until it is asked to stop. Answers the exit code. */
export async function serve(given: GivenSettings): Promise<ExitCode> {
  let running: Running;
  try {
    running = await start(given);
  } catch (error) {
    return tellStartError(error);
  }
  process.stdout.write(`Haulyard is ready at ${running.url}\n`);
  const systemd = tellSystemd({ environment: readEnvironment(), ...running });
  await systemd.ready(`Serving at ${running.url}`);
  const why = await Promise.race([askedToStop(), running.replaced]);
  await Promise.all([systemd.stopping(), running.stop()]);
  if (why === null) return EXIT.done;
  process.stderr.write(`haulyard: ${why}\n`);
  return EXIT.failed;
}

async function start(given: GivenSettings): Promise<Running> {
  const base = await openBase(given);
  // Ended in reverse order if it cannot begin.
  const opened = new AsyncDisposableStack();
  opened.use(base);
  try {
    const { kept, log } = base;
    const settings = kept.values;
    // Behind the lock and behind a restore that was broken off: the token is a file of this folder.
    const token = tokenOf(settings);
    const replaced = Promise.withResolvers<string>();
    const machine = await buildMachine(base, {
      kind: "serve",
      token,
      onReplaced: () => replaced.resolve(replacedWords(settings.node)),
      onDrained: () => {},
    });
    const { engine, files, notifier, node } = machine;
    const { server, images } = await buildServer(base, machine, token);
    // What it has begun before it listens would keep the process, too.
    opened.defer(() => server.close());
    const url = await listen(server, settings);
    opened.defer(() => node.close());
    await node.open(engine);
    opened.defer(() => engine.stop());
    await engine.start();
    opened.defer(() => notifier.stop());
    await notifier.start();
    images.start();
    const keptFiles = keepFiles({ engine, files, log: log.logger });
    if (node.isResting)
      process.stdout.write(
        `It takes up no jobs, as somebody asked: haulyard nodes undrain ${settings.node}\n`,
      );
    log.logger.info({ url, data: settings.data, models: settings.modelsDir }, "serving");
    const isWell = (): Promise<boolean> => engine.counts().then(() => true, isOnlyAway);
    const stopping = { ...machine, server, images, keptFiles, base };
    return { url, stop: () => stop(stopping), isWell, replaced: replaced.promise, log: log.logger };
  } catch (error) {
    await endAll(opened, base.log.logger);
    throw error;
  }
}

async function buildServer(
  { kept, store, metrics, log: { logger } }: Base,
  { engine, transfer, hosts, places, files, notifier }: Machine,
  token: string | null,
): Promise<{ server: Server; images: ImageLibrary }> {
  const [clock, { values: settings }] = [clockOf(store), kept];
  const held = restrictAsking(shareAsking(transfer));
  const catalogs = createCatalogs({
    ...settings,
    commands: () => settings.commands,
    node: settings.node,
    nodes: () => store.nodes.list(clock.now()),
    downloadsDir: settings.downloads,
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
    nodes: store.nodes,
    parseMetalink: transfer.parseMetalink,
    facts: store,
    metrics,
    ...backupsOf(settings, packageJson.version),
    problems: new Problems(logger),
    settingsKeeper: kept.keeper(createTokenTest(settings, transfer.fetchDocument)),
    examine: doctorOf(settings, transfer, () => store.nodes.list(clock.now())),
    settings: serverSettings(settings, token),
  });
  return { server, images: catalogs.images };
}

/** Looks at this machine, with the settings as they are at each look. */
function doctorOf(
  settings: Settings,
  { fetchDocument: fetch }: Transfer,
  machines: DoctorParts["machines"],
): Examine {
  const path = commandPath(settings.pathFolders, readEnvironment());
  return createExamine({ settings, path, fetch, machines });
}

type Open = Machine & {
  base: Base;
  server: Server;
  images: ImageLibrary;
  keptFiles: { close(): Promise<void> };
};

async function stop({ server, engine, images, keptFiles, notifier, node, base }: Open): Promise<void> {
  // The engine first: its last words belong into the JSON files the server closes with.
  await engine.stop();
  await keptFiles.close();
  await notifier.stop();
  await server.close();
  await images.stop();
  await node.close();
  await base[Symbol.asyncDispose]();
  base.log.logger.info({}, "stopped");
  base.log.close();
}
