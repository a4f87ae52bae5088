/** A server that says to the byte what it is told to, over TCP or TLS. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { TEST_CERTIFICATE, TEST_KEY } from "./certificates.ts";

export interface RawServer {
  host: string;
  port: number;
  /** Every connection so far. */
  sockets: Socket[];
  /** The heads of all requests so far. */
  requests: string[];
  close(): Promise<void>;
}

export interface RawServerOptions {
  secure?: boolean;
  host?: string;
}

/** Called with the head of each request on a connection. */
export type Respond = (socket: Socket, request: string, count: number) => void;

const open = new Set<RawServer>();

/** Answers each request as `respond` does it. */
export async function serveRaw(respond: Respond, options: RawServerOptions = {}): Promise<RawServer> {
  return serveSockets((socket, server) => {
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        server.requests.push(request);
        respond(socket, request, server.requests.length);
      }
    });
  }, options);
}

/** Hands every connection over. */
export async function serveSockets(
  take: (socket: Socket, server: RawServer) => void,
  { secure = false, host = "127.0.0.1" }: RawServerOptions = {},
): Promise<RawServer> {
  const greet = (socket: Socket): void => {
    raw.sockets.push(socket);
    // Clients leave as they like.
    socket.on("error", () => {});
    take(socket, raw);
  };
  const server: Server = secure
    ? createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, greet)
    : createServer(greet);
  const all = new Set<Socket>();
  server.on("connection", (socket) => {
    all.add(socket);
    socket.on("error", () => {}).on("close", () => all.delete(socket));
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const raw: RawServer = {
    host,
    port,
    sockets: [],
    requests: [],
    close: async () => {
      open.delete(raw);
      for (const socket of all) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  open.add(raw);
  return raw;
}

/** Ends every server that a test has left. */
export async function closeRawServers(): Promise<void> {
  await Promise.all(Array.from(open, (server) => server.close()));
}
