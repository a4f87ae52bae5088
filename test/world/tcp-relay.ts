/** A cable between a client and a server, to be cut, pulled and plugged in again. */
import { connect, createServer } from "node:net";
import type { NetConnectOpts, Socket } from "node:net";

export interface TcpRelay extends AsyncDisposable {
  /** 0 where it listens on a path. */
  port: number;
  /** What goes through from now on. */
  set(mode: RelayMode): void;
  /** So many bytes a second each way of each connection, from now on; null: as many as come. */
  slow(bytesPerSecond: number | null): void;
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

/** A port of this machine, or a socket of its file system. */
export type RelayTarget = { host: string; port: number } | { path: string };

/** @param at the path to listen at; without one it is a free port */
export async function startTcpRelay(target: RelayTarget, at?: string): Promise<TcpRelay> {
  let mode: RelayMode = "pass";
  let pace: number | null = null;
  let connections = 0;
  const pairs = new Set<readonly [Socket, Socket]>();
  /** Have had what their pace allows, and go on when its time has passed. */
  const sated = new Set<Socket>();
  /** A socket of the file system knows no reset: its other side reads an end. */
  const breakOff = (socket: Socket): unknown =>
    "path" in target ? socket.destroy() : socket.resetAndDestroy();
  const follow = (): void => {
    for (const pair of pairs)
      for (const socket of pair) socket[mode === "swallow" || sated.has(socket) ? "pause" : "resume"]();
  };
  const keepPace = (from: Socket, bytes: number): void => {
    if (pace === null) return;
    sated.add(from.pause());
    setTimeout(
      () => {
        sated.delete(from);
        if (mode !== "swallow") from.resume();
      },
      (bytes / pace) * 1000,
    );
  };
  const server = createServer({ pauseOnConnect: true }, (inward) => {
    connections += 1;
    if (mode === "refuse") return breakOff(inward);
    const outward = connect(target as NetConnectOpts);
    const pair = [inward, outward] as const;
    pairs.add(pair);
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      from.on("data", (chunk) => {
        to.write(chunk);
        keepPace(from, chunk.length);
      });
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
    if (at === undefined) server.listen(0, "127.0.0.1", resolve);
    else server.listen(at, resolve);
  });
  const address = server.address();
  const cut = (): void => {
    for (const [inward, outward] of pairs) {
      breakOff(inward);
      breakOff(outward);
    }
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    set: (next) => {
      mode = next;
      follow();
    },
    slow: (bytesPerSecond) => {
      pace = bytesPerSecond;
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
