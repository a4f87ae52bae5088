/**
 * A TCP relay that is far away, as a process of its own:
 *
 *   tools/n bench/delay-relay.ts TARGET-PORT ROUND-TRIP-MS WINDOW-BYTES
 *
 * Every byte takes half a round trip each way, and no connection has more than a window under way: what a TCP
 * window of that size would let through. Prints the port it listens on.
 */
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

const [port = 0, roundTripMs = 0, windowBytes = 0] = process.argv.slice(2).map(Number);

createServer({ noDelay: true }, (near) => {
  // The way to the far side and back is gone before the first byte can be.
  setTimeout(() => {
    const far = connect({ port, host: "127.0.0.1", noDelay: true });
    carry(near, far);
    carry(far, near);
  }, roundTripMs);
}).listen(0, "127.0.0.1", function (this: ReturnType<typeof createServer>) {
  console.log((this.address() as AddressInfo).port);
});

/** One direction: each piece arrives half a round trip later, and its room is free again another half later. */
function carry(from: Socket, to: Socket): void {
  let underWay = 0;
  const half = roundTripMs / 2;
  from.on("data", (piece: Buffer) => {
    underWay += piece.length;
    if (underWay >= windowBytes) from.pause();
    setTimeout(() => {
      if (!to.destroyed) to.write(piece);
      setTimeout(() => {
        underWay -= piece.length;
        if (underWay < windowBytes && !from.destroyed) from.resume();
      }, half);
    }, half);
  });
  from.on("end", () => setTimeout(() => to.end(), half));
  from.on("error", () => to.destroy());
  from.on("close", () => setTimeout(() => to.destroy(), half + roundTripMs));
}
