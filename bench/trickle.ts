/**
 * Origins whose files come slowly and without end, as one process: `tools/n bench/trickle.ts COUNT`. Prints their
 * addresses, as a line of JSON. There are several, for no server is asked for hundreds of files at once. Ends with its
 * standard input.
 */
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** So that every download has moved whenever it is looked at, twice a second. */
const EVERY_MS = 250;
const PIECE = Buffer.alloc(2_500, "x");
/** Enough for half an hour. */
const FILE_BYTES = 24 * 2 ** 20;

const open = new Set<ServerResponse>();
setInterval(() => {
  for (const response of open) response.write(PIECE);
}, EVERY_MS);

function serve(): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-length": FILE_BYTES, "content-type": "application/octet-stream" });
    if (request.method === "HEAD") response.end();
    else open.add(response);
    response.on("close", () => open.delete(response));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

console.log(JSON.stringify(await Promise.all(Array.from({ length: Number(process.argv[2] ?? 1) }, serve))));
process.stdin.resume().on("end", () => process.exit());
