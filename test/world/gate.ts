/** A way to the server on which answers can be held back or cut, also those a worker of the page asks for. */
import { createServer, request as ask } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Gate {
  url: string;
  /** Paths that were asked for so far. */
  readonly asked: string[];
  /** Holds back answers to what is asked for by such an address, and lets all others go; null: all. */
  hold(which: RegExp | null): void;
  /** Cuts the connection of whoever asks for such an address; null: of nobody. */
  cut(which: RegExp | null): void;
  close(): Promise<void>;
}

export async function openGate(target: string): Promise<Gate> {
  let held: RegExp | null = null;
  let isCut: RegExp | null = null;
  let waiting: { path: string; goOn: () => void }[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    asked.push(path);
    const goOn = (): void => forward(request, response, new URL(path, target));
    if (isCut?.test(path) === true) request.socket.destroy();
    else if (held?.test(path) === true) waiting.push({ path, goOn });
    else goOn();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hold(which) {
      held = which;
      const were = waiting;
      waiting = were.filter(({ path }) => which?.test(path) === true);
      for (const each of were) if (!waiting.includes(each)) each.goOn();
    },
    cut(which) {
      isCut = which;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(request: IncomingMessage, response: ServerResponse, to: URL): void {
  const { method = "GET", headers } = request;
  const onward = ask(to, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}
