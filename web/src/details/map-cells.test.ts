import { expect, test } from "vitest";
import { mapCells } from "./map-cells.ts";

const NONE = { size: 1000, done: [], fetching: [] };

test("each cell says how much of it is here", () => {
  const cells = mapCells(
    {
      ...NONE,
      done: [
        [0, 250],
        [900, 1000],
      ],
    },
    10,
  );
  expect(cells.map(({ here }) => here)).toEqual([1, 1, 0.5, 0, 0, 0, 0, 0, 0, 1]);
});

test("what a connection has received is here once, and the cell it is at stands out", () => {
  const fetching = [{ start: 500, position: 650, end: 800, bytes_per_second: 5 }];
  const cells = mapCells({ ...NONE, done: [[500, 600]], fetching }, 10);
  expect(cells.map(({ here }) => here)).toEqual([0, 0, 0, 0, 0, 1, 0.5, 0, 0, 0]);
  expect(cells.map(({ active }) => active).indexOf(true)).toBe(6);
});

test("a connection that is done is not at work; a tiny file has fewer cells; an unknown size has none", () => {
  const fetching = [{ start: 0, position: 1000, end: 1000, bytes_per_second: null }];
  expect(mapCells({ ...NONE, fetching }, 10).every(({ here, active }) => here === 1 && !active)).toBe(true);
  expect(mapCells({ ...NONE, size: 3 }, 10)).toHaveLength(3);
  expect(mapCells({ ...NONE, size: null }, 10)).toEqual([]);
  expect(mapCells({ ...NONE, size: 0 }, 10)).toEqual([]);
});
