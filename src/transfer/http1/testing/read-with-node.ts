/** The same bytes read by Node's own HTTP client, to compare with. */
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";

export interface NodeReading {
  status: number;
  headers: Record<string, string[]>;
  body: string;
  trailers: Record<string, string[]>;
  /** Whether Node takes the message for whole. */
  whole: boolean;
}

/** Null if Node refuses the head. */
export function readWithNode(slices: readonly Uint8Array[], method = "GET"): Promise<NodeReading | null> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write: (_chunk, _encoding, done) => {
        done();
        for (const slice of slices) wire.push(Buffer.from(slice));
        wire.push(null);
      },
    });
    const outgoing = request({ createConnection: () => wire, host: "origin", path: "/", method });
    outgoing.on("error", () => resolve(null));
    outgoing.on("upgrade", () => resolve(null));
    outgoing.on("response", (response) => void collect(response).then(resolve));
    outgoing.end();
  });
}

async function collect(response: IncomingMessage): Promise<NodeReading> {
  const pieces: Buffer[] = [];
  let whole = true;
  try {
    for await (const piece of response) pieces.push(piece as Buffer);
  } catch {
    whole = false;
  }
  return {
    status: response.statusCode ?? 0,
    headers: byName(response.rawHeaders),
    body: Buffer.concat(pieces).toString("latin1"),
    trailers: byName(response.rawTrailers),
    whole: whole && response.complete,
  };
}

function byName(raw: readonly string[]): Record<string, string[]> {
  const fields = new Map<string, string[]>();
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const values = fields.get(name) ?? [];
    values.push(raw[index + 1] ?? "");
    fields.set(name, values);
  }
  return Object.fromEntries(fields);
}
