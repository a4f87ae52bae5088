import { describe, expect, test } from "vitest";
import { Inlet } from "./inlet.ts";

/** Fills the room with bytes that go on counting. */
function fill(inlet: Inlet, from: number, most = Infinity): number {
  const room = inlet.room();
  const bytes = Math.min(room.length, most);
  for (let index = 0; index < bytes; index++) room[index] = (from + index) % 251;
  inlet.filled(bytes);
  return bytes;
}

function held(inlet: Inlet): Uint8Array {
  return Buffer.from(inlet.memory.subarray(inlet.start, inlet.end));
}

function counting(from: number, to: number): Uint8Array {
  return Uint8Array.from({ length: to - from }, (_, index) => (from + index) % 251);
}

describe("the inlet", () => {
  test("keeps bytes in order, however they are used up", () => {
    const inlet = new Inlet();
    let came = 0;
    let used = 0;
    for (let round = 0; round < 500; round++) {
      came += fill(inlet, came, 1 + ((round * 7919) % 30_000));
      expect(Buffer.compare(held(inlet), counting(used, came))).toBe(0);
      const use = (round * 104_729) % (came - used + 1);
      inlet.use(inlet.start + use);
      used += use;
    }
  });

  test("does not grow when it is left half full over and over", () => {
    const inlet = new Inlet();
    let came = 0;
    for (let round = 0; round < 1000; round++) {
      came += fill(inlet, came);
      // All but the last bytes are used up: the way of a disk that is a little slower than the network.
      inlet.use(Math.max(inlet.start, inlet.end - 1000));
    }
    expect(inlet.memory.length).toBe(64 * 1024);
  });

  test("always has room, also when nothing is used up, and is small again when all is", () => {
    const inlet = new Inlet();
    let came = 0;
    while (came < 200_000) {
      const bytes = fill(inlet, came);
      expect(bytes).toBeGreaterThan(0);
      came += bytes;
    }
    expect(Buffer.compare(held(inlet), counting(0, came))).toBe(0);
    inlet.use(inlet.end);
    expect(inlet.room().length).toBeGreaterThan(0);
    expect(inlet.memory.length).toBe(64 * 1024);
  });
});
