/**
 * Ports for servers that are stopped and come back. The system gives none of these to whoever asks for any port or
 * connects to somewhere, and each process of the tests has some of its own: nobody takes one while its server is away.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** So many below those that the system gives, by turns. */
const SHARES = 8;
const SHARE_PORTS = 1_500;

const share = Number(process.env["VITEST_POOL_ID"] ?? process.pid) % SHARES;
const first = lowestOfTheSystem() - (share + 1) * SHARE_PORTS;
/** Not where the process before had begun: what it had may still be about to end. */
let next = (process.pid * 97) % SHARE_PORTS;

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < SHARE_PORTS; tries += 1) {
    const port = first + next;
    next = (next + 1) % SHARE_PORTS;
    if (await isFree(port)) return port;
  }
  throw new Error(`none of the ports from ${first} on is free`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function lowestOfTheSystem(): number {
  try {
    return Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
  } catch {
    // Elsewhere than on Linux they begin higher.
    return 32_768;
  }
}
