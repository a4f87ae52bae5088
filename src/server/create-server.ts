/** The HTTP server: routes joined with their checks. */
import websocket from "@fastify/websocket";
import { fastify, LogController } from "fastify";
import type { AddressInfo } from "node:net";
import { AccessKeeper } from "./access/access-keeper.ts";
import { keepAudit } from "./access/audit-book.ts";
import { restrictEngine } from "./access/restrict-askers.ts";
import type { App } from "./app.ts";
import { answerClientError, answerErrors, answerFrameworkError, noteAnswers } from "./answer-errors.ts";
import { noteChanges } from "./change-board.ts";
import { checkMessage, writeMessage } from "./check-messages.ts";
import { isRpcUpgrade, MAX_CALL_BYTES, serveRpc } from "./compat/aria2/serve-rpc.ts";
import { keepQueueFiles } from "./compat/keep-queue-files.ts";
import { keepStatusFile } from "./compat/keep-status-file.ts";
import { serveImageService } from "./compat/image-service.ts";
import { serveModelCatalogue } from "./compat/model-catalogue.ts";
import { serveModelDownloads } from "./compat/model-downloads.ts";
import { DownloadBook } from "./compat/download-book.ts";
import { serveResourceDownloads } from "./compat/resource-downloads.ts";
import { serveResources } from "./compat/resources.ts";
import { serveSsh } from "./compat/ssh.ts";
import { StatusBook } from "./compat/status-book.ts";
import { guardRequests, isLoopback } from "./guard-requests.ts";
import { rememberRoutes } from "./known-routes.ts";
import type { ServerParts } from "./parts.ts";
import { MAX_BODY_BYTES, readFormBodies, readJsonBodies } from "./read-bodies.ts";
import { serveAccess } from "./routes/access.ts";
import { serveBackup } from "./routes/backup.ts";
import { serveDoctor } from "./routes/doctor.ts";
import { serveDocs } from "./routes/docs.ts";
import { serveEvents } from "./routes/events.ts";
import { serveHealth } from "./routes/health.ts";
import { serveHosts } from "./routes/hosts.ts";
import { followImages } from "./images/follow-images.ts";
import { ImageShelf } from "./images/image-shelf.ts";
import { serveFiles } from "./routes/files.ts";
import { serveImages } from "./routes/images.ts";
import { serveJobActions } from "./routes/job-actions.ts";
import { serveGroups } from "./routes/groups.ts";
import { serveJobs } from "./routes/jobs.ts";
import { serveLimits } from "./routes/limits.ts";
import { serveLocks } from "./routes/lock.ts";
import { serveMetrics } from "./routes/metrics.ts";
import { serveModels } from "./routes/models.ts";
import { collectRoutes, serveOpenApi } from "./routes/openapi.ts";
import { serveNodes } from "./routes/nodes.ts";
import { serveNotifications } from "./routes/notifications.ts";
import { servePage } from "./routes/page.ts";
import { servePlan } from "./routes/plan.ts";
import { serveRestore } from "./routes/restore.ts";
import { serveSettings } from "./routes/settings.ts";
import { setSecurityHeaders } from "./security-headers.ts";

/** A request has to be here, body included, by then: a slow sender must not hold a socket for ever. */
const REQUEST_TIMEOUT_MS = 30_000;
const CHECKS_PER_TIMEOUT = 6;
/** Address and headers together (Node's own limit, said here so that it is one of ours). */
const MAX_HEADER_BYTES = 16 * 1024;
/** Longest path parameter that reaches its check, so that the answer can name it. */
const MAX_PARAM_LENGTH = 8 * 1024;
/** Requests at work when the server closes get this long to end. */
const CLOSE_GRACE_MS = 3_000;

export interface Server {
  /** Answers the address. `port` 0 takes a free one. Rejects when the port is taken; `close` is for the caller even then. */
  listen(host: string, port: number): Promise<string>;
  /** Address of the server once it listens: `http://127.0.0.1:8866`. */
  readonly url: string;
  /** Ends streams, lets requests at work end, writes the JSON files a last time. */
  close(): Promise<void>;
}

export async function createServer(given: ServerParts): Promise<Server> {
  const parts = { ...given, engine: restrictEngine(given.engine) };
  const app = createApp(parts);
  const books = {
    models: new StatusBook(parts.engine),
    resources: new DownloadBook(parts.engine, parts.hosts),
    images: new ImageShelf(parts),
  };
  await serveAll(app, parts, books);
  await app.ready();
  const files: { close(): Promise<void> }[] = [];
  let url = "";
  return {
    get url() {
      return url;
    },
    async listen(host, port) {
      if (parts.settings.token === null && !isLoopback(host))
        throw new Error(
          `Refusing to listen on ${host} without a token: anybody there could use this server.`,
        );
      await app.listen({ host, port });
      url = addressOf(app.server.address() as AddressInfo);
      files.push(await keepStatusFile(parts, books.models));
      files.push(await keepQueueFiles(parts, books.resources));
      files.push(followImages(parts, books.images));
      return url;
    },
    async close() {
      const cutOff = new AbortController();
      void parts.clock
        .sleep(CLOSE_GRACE_MS, cutOff.signal)
        .then(() => (cutOff.signal.aborted ? undefined : app.server.closeAllConnections()));
      await app.close();
      cutOff.abort();
      await Promise.all(files.map((file) => file.close()));
    },
  };
}

function createApp({ logger, requestTimeoutMs = REQUEST_TIMEOUT_MS }: ServerParts): App {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      // Node's own minute for the head would be the time for bodies, too.
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Node looks every half minute by itself, so that a slow sender would have twice the time.
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / CHECKS_PER_TIMEOUT),
      // Whatever else asks for an upgrade (curl for HTTP/2) is answered in HTTP/1.1, as RFC 9110 §7.8 lets us.
      shouldUpgradeCallback: isRpcUpgrade,
    },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // Else Fastify loads compilers of its own before it is given ours below: a tenth of all that a start loads.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  });
  noteAnswers(app.server);
  app.setValidatorCompiler(checkMessage);
  app.setSerializerCompiler(writeMessage);
  return app;
}

function noCompiler(): never {
  throw new Error("Messages are checked by checkMessage and written by writeMessage.");
}

/** What old clients and the JSON files look at. */
interface Books {
  models: StatusBook;
  resources: DownloadBook;
  images: ImageShelf;
}

async function serveAll(app: App, parts: ServerParts, books: Books): Promise<void> {
  // First: a request that is refused by what follows has to be known for an upgrade, to be hung up on.
  await app.register(websocket, { options: { maxPayload: MAX_CALL_BYTES } });
  const knownRoute = rememberRoutes(app);
  setSecurityHeaders(app);
  const keeper = new AccessKeeper(parts);
  guardRequests(app, keeper, parts.settings);
  const note = keepAudit(app, parts);
  const board = noteChanges(app);
  logRequests(app);
  readJsonBodies(app);
  answerErrors(app, knownRoute);
  await collectRoutes(app, parts.settings.version);

  serveMetrics(app, parts);
  serveHealth(app, parts);
  serveAccess(app, parts, keeper);
  serveDoctor(app, parts);
  serveBackup(app, parts);
  await serveRestore(app, parts);
  serveJobs(app, parts);
  servePlan(app, parts);
  serveLocks(app, parts);
  serveJobActions(app, parts);
  serveEvents(app, parts, keeper, board);
  serveGroups(app, parts);
  serveLimits(app, parts);
  serveSettings(app, parts);
  serveHosts(app, parts);
  serveNodes(app, parts);
  serveNotifications(app, parts);
  serveSsh(app, parts);
  serveImages(app, parts, books.images);
  serveImageService(app, parts, books.images);
  serveModels(app, parts);
  serveFiles(app, parts);
  serveModelCatalogue(app, parts);
  serveResources(app, parts);
  serveResourceDownloads(app, parts, books.resources);
  await app.register(async (scope: App) => {
    readFormBodies(scope);
    serveModelDownloads(scope, parts, books.models);
  });
  await serveRpc(app, parts, keeper, note);
  serveOpenApi(app);
  serveDocs(app);
  await servePage(app, parts);
}

/** By route, never by address: addresses may hold what people search for. */
function logRequests(app: App): void {
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    const facts = {
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    request.log.debug(facts, "answered");
  });
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
