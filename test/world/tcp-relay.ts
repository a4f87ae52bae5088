/** A cable between a client and a server, to be cut, pulled and plugged in again. */
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface TcpRelay extends AsyncDisposable {
  port: number;
  /** What goes through from now on. */
  set(mode: RelayMode): void;
  /** Ends the connections that stand with a reset. */
  cut(): void;
  /** How many connections came since the start. */
  readonly connections: number;
}

export type RelayMode =
  | "pass"
  /** Nothing goes through and nobody is told: a cable that was pulled. Connections stand. */
  | "swallow"
  /** New connections are reset at once. */
  | "refuse";

export async function startTcpRelay(target: { host: string; port: number }): Promise<TcpRelay> {
  let mode: RelayMode = "pass";
  let connections = 0;
  const pairs = new Set<readonly [Socket, Socket]>();
  const follow = (): void => {
    for (const pair of pairs) for (const socket of pair) socket[mode === "swallow" ? "pause" : "resume"]();
  };
  const server = createServer({ pauseOnConnect: true }, (inward) => {
    connections += 1;
    if (mode === "refuse") return inward.resetAndDestroy();
    const outward = connect(target.port, target.host);
    const pair = [inward, outward] as const;
    pairs.add(pair);
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      from.on("data", (chunk) => to.write(chunk));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
    follow();
    return undefined;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const cut = (): void => {
    for (const [inward, outward] of pairs) {
      inward.resetAndDestroy();
      outward.resetAndDestroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    set: (next) => {
      mode = next;
      follow();
    },
    cut,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
