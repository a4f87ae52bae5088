/**
 * A piece of the internet on loopback: a proxy that ends in stand-ins whatever a name of the manual leads to, over
 * TLS with a certificate of its own. Any other name is unknown to it.
 */
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { TLSSocket } from "node:tls";

/** For tests only: everybody has the key, nobody trusts the certificate unless told to. Valid from 2020 to 2120. */
export const INTERNET_TLS = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0GSbPV1tjFvG7cHi
NP+F3vNsERsx0/w0tzc7etQ77W2hRANCAARe1RTwlg+mTn8kqeC3jjzk1CSARth2
QF+FvxeSglFPb7Fl/DxT2mGlqfHqOZ4tbUup/6JGSRXmYeQaG1UTgPkQ
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBoDCCAUagAwIBAgIBATAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZoYXVseWFy
ZCB0ZXN0IGludGVybmV0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
WjAhMR8wHQYDVQQDDBZoYXVseWFyZCB0ZXN0IGludGVybmV0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEXtUU8JYPpk5/JKngt4485NQkgEbYdkBfhb8XkoJRT2+x
Zfw8U9phpanx6jmeLW1Lqf+iRkkV5mHkGhtVE4D5EKNtMGswDAYDVR0TBAUwAwEB
/zA8BgNVHREENTAzggtleGFtcGxlLm9yZ4ISbWlycm9yLmV4YW1wbGUubmV0ghBj
bG91ZC5kZWJpYW4ub3JnMB0GA1UdDgQWBBSx964nBUixWnIp7xl86lmDzMYPxjAK
BggqhkjOPQQDAgNIADBFAiBGr4a0jvO8tPwO9v3PfgNH7xtsbniR5dCE3xdRUw+G
BQIhAN1n1mz6GV7es1O2h6+ty0zUrzfjKfJlIvh5H1n3Dz8s
-----END CERTIFICATE-----
`,
};

export interface Internet extends AsyncDisposable {
  /** Of the proxy. */
  url: string;
  /** Names that were asked for and are not there. */
  unknown: string[];
}

/** @param places host name → address of what stands in for it, `http://127.0.0.1:port` */
export async function startInternet(places: Readonly<Record<string, string>>): Promise<Internet> {
  const unknown: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((request, response) => {
    unknown.push(request.url ?? "");
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket: Socket) => {
    const { hostname } = new URL(`http://${request.url}`);
    const target = places[hostname];
    if (target === undefined) {
      unknown.push(hostname);
      socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const inside = new TLSSocket(socket, { ...INTERNET_TLS, isServer: true });
    const onward = connect(Number(new URL(target).port), "127.0.0.1");
    for (const [one, other] of [
      [inside, onward],
      [onward, inside],
    ] as const) {
      open.add(one);
      one.pipe(other);
      // Broken on one side, broken on the other.
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unknown,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
