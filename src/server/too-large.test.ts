import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startServer } from "./testing/start-server.ts";

/** More than any route takes that is asked here. */
const BODY_BYTES = 3_000_000;

test("a body that is too large is answered while it is on its way, and cuts nobody off who still sends it", async () => {
  await using server = await startServer();
  const socket = connect(server.port, "127.0.0.1");
  let came = "";
  socket.setEncoding("latin1").on("data", (text: string) => (came += text));
  const host = `Host: 127.0.0.1:${server.port}\r\n`;
  socket.write(
    `POST /download HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`,
  );
  await expect.poll(() => came).toMatch(/^HTTP\/1\.1 413 [^]*too_large/);
  socket.write("x".repeat(BODY_BYTES));
  socket.write(`GET /ready HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  await once(socket, "close");
  expect(came).toMatch(/too_large[^]*HTTP\/1\.1 200 /);
});
