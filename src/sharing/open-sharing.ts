/** Where a machine gives files to the others of its site: a listener of its own, that knows nothing else. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { GiveParts } from "./give-file.ts";
import { FileGiver } from "./give-file.ts";

/** The head of a request; machines of ours send it at once. */
const HEAD_TIMEOUT_MS = 10_000;
/** Between two requests of one connection: a transfer keeps its connections for the next piece. */
const KEEP_ALIVE_MS = 60_000;
/** Nothing was taken for so long: whoever asked is gone, or as good as gone. */
const SILENCE_MS = 60_000;
/** Two machines with 64 connections each, and those that come and go. */
const MOST_CONNECTIONS = 512;
/** A request here has a few short fields. Bytes. */
const MAX_HEAD_BYTES = 8 * 1024;

/** However they were written: the system says them like this. */
const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export interface OpenSharing {
  /** What the others are told: `http://10.0.0.5:8868`. Null: it listens on all addresses, and was told none for the others. */
  address: string | null;
  close(): Promise<void>;
}

export interface SharingPlace {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where the others find it; null: at host and port. */
  url: string | null;
}

/** Rejects where it cannot listen. */
export async function openSharing(
  { host, port, url }: SharingPlace,
  { log, ...parts }: GiveParts & { log: { error(facts: object, message: string): void } },
): Promise<OpenSharing> {
  const giver = new FileGiver(parts);
  const server = createServer(
    {
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: HEAD_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
    },
    (request, response) => {
      giver.answer(request, response).catch((error: unknown) => {
        log.error({ err: error }, "a file could not be given to another machine");
        if (response.headersSent) response.destroy();
        else response.writeHead(503, { "content-length": "0", "retry-after": "5" }).end();
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(SILENCE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const own = `http://${host.includes(":") ? `[${host}]` : host}:${bound.port}`;
  return {
    address: url ?? (EVERYWHERE.has(bound.address) ? null : own),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
