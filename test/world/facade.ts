/** A proxy behind which an origin of this machine looks like servers of the internet. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Origin } from "./origin.ts";

export interface Facade extends AsyncDisposable {
  /** Of the proxy: for HTTP_PROXY. */
  url: string;
}

/** @param origins by host: a request for `http://HOST/x` is answered as one for `/x` */
export async function startFacade(origins: Readonly<Record<string, Origin>>): Promise<Facade> {
  const server = createServer((request, response) => {
    // RFC 9112 §3.2.2: a proxy is sent the whole address.
    const { host, pathname, search } = new URL(request.url ?? "/", "http://nobody");
    const origin = origins[host];
    request.url = pathname + search;
    if (origin === undefined) response.writeHead(502).end(`nobody is ${host}\n`);
    else origin.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
