/** A real HTTP server on a free port whose routes a test swaps while it runs. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface ScriptedServer {
  readonly url: string;
  /** `GET /jobs` → what answers it now. What is not here answers 404 as a stranger would. */
  routes: Record<string, Handler>;
  /** Every request so far: `GET /events?snapshot=1`. */
  readonly seen: { line: string; headers: IncomingMessage["headers"]; body: string }[];
  count(prefix: string): number;
  /** Cuts all connections and listens no more. */
  goAway(): Promise<void>;
  /** Listens again, on the same port. */
  comeBack(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const seen: ScriptedServer["seen"] = [];
  let port = 0;
  const server: Server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const path = (request.url ?? "").replace(/\?.*$/s, "");
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      const handler = scripted.routes[`${request.method} ${path}`];
      if (handler !== undefined) return handler(request, response, body);
      response.writeHead(404, { "content-type": "text/html" }).end("<h1>nothing here</h1>");
    });
  });
  const listen = (): Promise<void> =>
    new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  await listen();
  port = (server.address() as AddressInfo).port;
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${port}`,
    routes: {},
    seen,
    count: (prefix) => seen.filter(({ line }) => line.startsWith(prefix)).length,
    goAway: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    comeBack: listen,
  };
  return scripted;
}

/** Answers JSON. */
export function json(status: number, value: unknown): Handler {
  return (_request, response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/** Opens an event stream, sends these texts, and leaves it open. */
export function stream(...texts: string[]): Handler {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    for (const text of texts) response.write(text);
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
