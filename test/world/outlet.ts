/** Where an answer goes: Node's response, or the bare socket where HTTP is written by hand. */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ByHand } from "./origin-script.ts";

export type Headers = Record<string, string | number>;

export interface Outlet {
  head(status: number, headers: Headers): Promise<void>;
  /** False when it is full: wait for `drained`. */
  write(bytes: Uint8Array): boolean;
  /** Room again, or the client is gone. */
  drained(): Promise<void>;
  /** What was written has left. */
  flushed(): Promise<void>;
  /** The client has left. */
  readonly gone: boolean;
  end(): void;
}

/** @param socket the request came over it; the response has one only once those before it are over */
export function outletOf(response: ServerResponse, socket: Socket): Outlet {
  return {
    head: async (status, headers) => {
      response.writeHead(status, headers);
      // Not together with the first bytes of the body: there may never be any.
      response.flushHeaders();
    },
    write: (bytes) => response.write(bytes),
    drained: () => drained(response),
    flushed: () => new Promise((resolve) => response.write("", () => resolve())),
    get gone() {
      return response.destroyed || socket.destroyed;
    },
    end: () => void response.end(),
  };
}

/** @param ended called when the answer has been written */
export function outletByHand(socket: Socket, how: ByHand, ended: () => void): Outlet {
  const say = async (text: string): Promise<void> => {
    if (socket.destroyed) return;
    if (!socket.write(text, "latin1")) await drained(socket);
  };
  return {
    head: async (status, headers) => {
      for (const each of how.interim ?? []) await say(`HTTP/1.1 ${each} Wait\r\n\r\n`);
      const fields = Object.entries({ ...headers, Connection: "close" });
      const lines = [
        `HTTP/${how.version ?? "1.1"} ${status} As it is`,
        ...fields.map(([name, value]) => `${name}: ${value}`),
      ];
      if (how.dripMs === undefined) await say(`${lines.join("\r\n")}\r\n`);
      else
        for (const letter of `${lines.join("\r\n")}\r\n`) {
          if (socket.destroyed) return;
          await say(letter);
          await sleep(how.dripMs);
        }
      const { bomb = 0 } = how;
      for (let nth = 0; nth < (bomb === "endless" ? Infinity : bomb) && !socket.destroyed; nth += 1)
        await say(`X-Bomb-${nth}: ${"x".repeat(1010)}\r\n`);
      await say("\r\n");
    },
    write: (bytes) => !socket.destroyed && socket.write(bytes),
    drained: () => drained(socket),
    flushed: () => new Promise((resolve) => socket.write("", () => resolve())),
    get gone() {
      return socket.destroyed;
    },
    end: () => {
      ended();
      socket.end();
    },
  };
}

function drained(stream: Pick<Socket, "destroyed"> & NodeJS.EventEmitter): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}
