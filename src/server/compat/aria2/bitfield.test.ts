import fc from "fast-check";
import { expect, test } from "vitest";
import { bitfieldOf, pieceCountOf, pieceLengthOf } from "./bitfield.ts";

const MIB = 1024 * 1024;

test("a piece counts once all of its bytes are there, the last one however short it is", () => {
  const size = 9 * MIB + 5;
  expect(bitfieldOf({ done: [] }, size)).toBe("0000");
  expect(bitfieldOf({ done: [[0, MIB]] }, size)).toBe("8000");
  expect(bitfieldOf({ done: [[1, 2 * MIB]] }, size)).toBe("4000");
  expect(bitfieldOf({ done: [[9 * MIB, size]] }, size)).toBe("0040");
  expect(bitfieldOf({ done: [[9 * MIB + 1, size]] }, size)).toBe("0000");
  expect(bitfieldOf({ done: [[0, size]] }, size)).toBe("ffc0");
  expect(
    bitfieldOf(
      {
        done: [
          [0, MIB - 1],
          [3 * MIB, 5 * MIB],
        ],
      },
      size,
    ),
  ).toBe("1800");
});

test("large files have larger pieces, never more of them than one can draw", () => {
  expect(pieceLengthOf(3_000_000)).toBe(MIB);
  expect(pieceCountOf(3_000_000)).toBe(3);
  expect(pieceCountOf(0)).toBe(0);
  expect(pieceCountOf(100 * 1024 ** 4)).toBeLessThanOrEqual(16_384);
});

test("a bitfield has a bit for each piece, set where and only where the ranges cover it", () => {
  const ranges = fc.uniqueArray(fc.integer({ min: 0, max: 40 * MIB }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 40 * MIB }), (marks, size) => {
      const ends = marks.filter((mark) => mark <= size).sort((a, b) => a - b);
      const done: [number, number][] = [];
      for (let at = 0; at + 1 < ends.length; at += 2) done.push([ends[at] as number, ends[at + 1] as number]);
      const bits = [...bitfieldOf({ done }, size)].flatMap((digit) =>
        [8, 4, 2, 1].map((bit) => (Number.parseInt(digit, 16) & bit) !== 0),
      );
      for (const [piece, isSet] of bits.entries()) {
        const [start, end] = [piece * MIB, Math.min((piece + 1) * MIB, size)];
        expect(isSet).toBe(start < size && done.some(([from, to]) => from <= start && to >= end));
      }
    }),
  );
});
