/** A plain forwarding proxy: CONNECT for tunnels, absolute URLs for the rest. It notes what went through it. */
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { pipeline } from "node:stream";

export interface Proxy extends AsyncDisposable {
  url: string;
  /** `CONNECT host:port` and `GET http://…`, in order. */
  seen: string[];
}

/** @param login `user:password` that every request has to bring */
export async function startProxy(login: string | null = null): Promise<Proxy> {
  const seen: string[] = [];
  const expected = login === null ? null : `Basic ${Buffer.from(login).toString("base64")}`;
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (expected !== null && request.headers["proxy-authorization"] !== expected) {
      response.writeHead(407, { "Proxy-Authenticate": "Basic" }).end();
      return;
    }
    const { "proxy-authorization": _, ...headers } = request.headers;
    const onward = forward(request.url ?? "", { method: request.method ?? "GET", headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {}); // broken on one side, broken on the other
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    onward.end();
  });
  server.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (expected !== null && request.headers["proxy-authorization"] !== expected) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${login === null ? "" : `${login}@`}127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
