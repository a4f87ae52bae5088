/** A worker: the runner of a machine without page and API, in the queue that servers on PostgreSQL share. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import { buildMachine } from "./build-engine.ts";
import type { Machine } from "./build-engine.ts";
import { EXIT } from "./cli/exit-codes.ts";
import type { ExitCode } from "./cli/exit-codes.ts";
import { readEnvironment } from "./config/environment.ts";
import type { GivenSettings } from "./config/read-settings.ts";
import type { Settings } from "./config/settings-table.ts";
import { keepFiles } from "./engine/keep-files.ts";
import type { Base } from "./open-base.ts";
import { openBase } from "./open-base.ts";
import { tellSystemd } from "./service/tell-systemd.ts";
import { endAll, explainListening, isOnlyAway, openStore, tellStartError } from "./start-parts.ts";
import { askedToStop, replacedWords } from "./stop-words.ts";

const SECOND_MS = 1000;

/** Works until it is asked to stop, has been drained, or another process has its name. Answers the exit code. */
export async function work(given: GivenSettings): Promise<ExitCode> {
  const drained = Promise.withResolvers<null>();
  const replaced = Promise.withResolvers<string>();
  let worker: Working;
  try {
    worker = await start(given, () => drained.resolve(null), replaced.resolve);
  } catch (error) {
    return tellStartError(error);
  }
  const { name, log } = worker;
  process.stdout.write(`Haulyard's worker ${name} is ready\n`);
  if (worker.rests) process.stdout.write(`It rests, as somebody asked: haulyard nodes undrain ${name}\n`);
  const systemd = tellSystemd({ environment: readEnvironment(), isWell: worker.isWell, log });
  await systemd.ready(`Working as ${name}`);
  const why = await Promise.race([askedToStop(), drained.promise, replaced.promise]);
  await Promise.all([systemd.stopping(), worker.stop()]);
  if (why === null) return EXIT.done;
  process.stderr.write(`haulyard: ${why}\n`);
  return EXIT.failed;
}

/** Tells the node of this name, wherever it runs, to finish and end. */
export async function drainWorker(given: GivenSettings, timeoutSeconds: number | null): Promise<ExitCode> {
  const settings = given.with(new Map());
  try {
    // As a visitor: the name is the worker's.
    const store = await openStore({ ...settings, node: null });
    try {
      const now = store.now();
      const until = timeoutSeconds === null ? null : now + timeoutSeconds * SECOND_MS;
      const node = await store.nodes.drain(settings.node, true, now, { until });
      if (node === null) {
        process.stderr.write(`haulyard: there is no node '${settings.node}' in this database.\n`);
        return EXIT.notFound;
      }
      const words = node.isAway
        ? "it is away; when it comes back it begins anew"
        : "it finishes what it has, and ends";
      process.stdout.write(`${settings.node}: ${words}\n`);
      return EXIT.done;
    } finally {
      await store.close();
    }
  } catch (error) {
    return tellStartError(error);
  }
}

interface Working {
  name: string;
  log: Base["log"]["logger"];
  /** It was started to take up nothing until somebody takes that back. */
  rests: boolean;
  isWell(): Promise<boolean>;
  stop(): Promise<void>;
}

async function start(
  given: GivenSettings,
  onDrained: () => void,
  onReplaced: (why: string) => void,
): Promise<Working> {
  const base = await openBase(given);
  // Ended in reverse order if it cannot begin.
  const opened = new AsyncDisposableStack();
  opened.use(base);
  try {
    const { kept, log } = base;
    const { node: name } = kept.values;
    const machine = await buildMachine(base, {
      kind: "worker",
      token: null,
      onReplaced: () => onReplaced(replacedWords(name)),
      onDrained,
    });
    const { engine, files, notifier, node } = machine;
    const isWell = (): Promise<boolean> => engine.counts().then(() => true, isOnlyAway);
    const probes = given.values.has("port") ? await serveProbes(base, machine, kept.values) : null;
    opened.defer(() => closeProbes(probes));
    opened.defer(() => node.close());
    await node.open(engine);
    opened.defer(() => engine.stop());
    await engine.start();
    opened.defer(() => notifier.stop());
    await notifier.start();
    const keptFiles = keepFiles({ engine, files, log: log.logger });
    log.logger.info({ node: name, data: kept.values.data }, "working");
    const stop = async (): Promise<void> => {
      await engine.stop();
      await keptFiles.close();
      await notifier.stop();
      closeProbes(probes);
      await node.close();
      await base[Symbol.asyncDispose]();
      log.logger.info({}, "stopped");
      log.close();
    };
    return { name, log: log.logger, rests: node.isResting, isWell, stop };
  } catch (error) {
    await endAll(opened, base.log.logger);
    throw error;
  }
}

function closeProbes(probes: Server | null): void {
  probes?.closeAllConnections();
  probes?.close();
}

/** For those who watch over it: nothing here names a file, a host or a person. */
async function serveProbes(
  { metrics }: Base,
  { engine, node }: Machine,
  { host, port, node: name }: Settings,
): Promise<Server> {
  const isReady = (): Promise<boolean> =>
    engine.counts().then(
      () => !node.isResting,
      () => false,
    );
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string): void => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
    };
    const say = (status: number, facts: object): void =>
      answer(status, "application/json", `${JSON.stringify(facts)}\n`);
    const path = (request.url ?? "").split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") return say(405, { success: false });
    switch (path) {
      case "/health":
        return say(200, { status: "ok", node: name, kind: "worker", jobs_at_work: engine.atWork() });
      case "/ready":
        return void isReady().then((ready) => say(ready ? 200 : 503, { success: ready }));
      case "/metrics":
        return void metrics.text().then(
          (text) => answer(200, metrics.contentType, text),
          () => say(503, { success: false }),
        );
      default:
        return say(404, { success: false });
    }
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
  } catch (error) {
    throw explainListening(error, { host, port });
  }
  return server;
}
