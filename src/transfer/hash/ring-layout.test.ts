import { expect, test } from "vitest";
import {
  ALGORITHMS,
  getCommand,
  newRingBuffer,
  putCommand,
  RING_COMMANDS,
  ringViews,
} from "./ring-layout.ts";
import type { Command } from "./ring-layout.ts";

test("a command comes out of the ring as it went in, whatever its number, also after 2^31 of them", () => {
  const { words } = ringViews(newRingBuffer());
  const commands: Command[] = [
    ...ALGORITHMS.map((algorithm) => ({ op: "open" as const, stream: 2 ** 40, algorithm })),
    { op: "memory", stream: 1, offset: 2 ** 31 + 5, bytes: 2 ** 20 },
    { op: "file", stream: 2, fd: 17, position: Number.MAX_SAFE_INTEGER, bytes: 1 },
    { op: "digest", stream: 3 },
    { op: "drop", stream: 4 },
    { op: "stop" },
  ];
  for (const first of [0, 1000, 2 ** 31 - 4, -(2 ** 31), -3]) {
    for (const [index, command] of commands.entries()) putCommand(words, (first + index) | 0, command);
    for (const [index, command] of commands.entries())
      expect(getCommand(words, (first + index) | 0)).toEqual(command);
  }
  expect(commands.length).toBeLessThan(RING_COMMANDS);
});
