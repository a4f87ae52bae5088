/** Requests byte by byte, for what `fetch` would never send. */
import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

export interface Raw {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Parsed, or undefined where it is no JSON. */
  json: Record<string, unknown> | undefined;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  /** Objects go as JSON. */
  body?: unknown;
}

export function send(
  url: string,
  path: string,
  { method = "GET", headers = {}, body }: Sent = {},
): Promise<Raw> {
  const { hostname, port } = new URL(url);
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  const payload = body === undefined ? undefined : isText ? body : JSON.stringify(body);
  const type = body === undefined || isText ? {} : { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method, headers: { ...type, ...headers }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: parse(text) });
        });
      },
    );
    sent.on("error", reject);
    sent.end(payload);
  });
}

/** Sends bytes as they are and gives back all that came until the server hangs up. */
export function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let came = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    socket.on("data", (chunk) => (came += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve(came));
  });
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
