/** A service that is told: a real HTTP server that keeps what it got and answers what a test says. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Got {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  json: Record<string, unknown>;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Receiver {
  url: string;
  port: number;
  got: Got[];
  /** What the next ones are answered; 204 where it says nothing. `silent`: nothing at all. */
  answers: (Answer | "silent")[];
  close(): Promise<void>;
}

export async function startReceiver(port = 0): Promise<Receiver> {
  const got: Got[] = [];
  const answers: (Answer | "silent")[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => (body += text));
    request.on("end", () => {
      const json = JSON.parse(body === "" ? "{}" : body) as Record<string, unknown>;
      got.push({ path: request.url ?? "", headers: request.headers, body, json });
      const answer = answers.shift() ?? { status: 204 };
      if (answer === "silent") return;
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    got,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
