/** A client over WebSocket. ws's, as a browser's cannot choose its Origin. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

type Message = Record<string, unknown>;

interface RpcSocket extends AsyncDisposable {
  socket: WebSocket;
  /** `<method> <gid>`, in their order. */
  notifications: string[];
  /** The code it was closed with. */
  closed: Promise<number>;
  call(method: string, ...params: readonly unknown[]): Promise<Message>;
  /** Until it was told so. */
  heard(method: string, gid: string): Promise<void>;
}

export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<RpcSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/jsonrpc`, { headers });
  const notifications: string[] = [];
  const waiting = new Map<unknown, (message: Message) => void>();
  const closed = new Promise<number>((resolve) => {
    socket.once("close", (code) => {
      resolve(code);
      for (const settle of waiting.values()) settle({ closed: code });
    });
  });
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    const params = message["params"] as { gid: string }[] | undefined;
    if (params === undefined) waiting.get(message["id"])?.(message);
    else notifications.push(`${String(message["method"])} ${params[0]?.gid}`);
  });
  let calls = 0;
  await once(socket, "open");
  return {
    socket,
    notifications,
    closed,
    call: (method, ...params) =>
      new Promise((resolve) => {
        calls += 1;
        if (socket.readyState !== socket.OPEN) return resolve({ closed: true });
        waiting.set(calls, resolve);
        socket.send(JSON.stringify({ jsonrpc: "2.0", id: calls, method, params }));
      }),
    async heard(method, gid) {
      while (!notifications.includes(`${method} ${gid}`)) await sleep(10);
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}
