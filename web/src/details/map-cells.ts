/** A file as a row of cells: how much of each is here, and where connections are at work. Pure. */
import type { MapMessage } from "../../../src/wire/requests.ts";

export interface MapCell {
  /** 0 to 1. */
  here: number;
  /** A connection's next byte belongs here. */
  active: boolean;
}

/** As many cells as there are bytes, at most `count`; none while the size is unknown. */
export function mapCells({ size, done, fetching }: MapMessage, count: number): MapCell[] {
  if (size === null || size <= 0) return [];
  const cells = Math.min(count, size);
  const bytes = size / cells;
  const here = Array.from({ length: cells }, () => 0);
  // What is received is here as well, though it may not be written yet.
  const received = fetching.map(({ start, position }): [number, number] => [start, position]);
  for (const [start, end] of joined([...done, ...received])) {
    for (let cell = Math.floor(start / bytes); cell < cells && cell * bytes < end; cell++) {
      const from = Math.max(start, cell * bytes);
      const to = Math.min(end, (cell + 1) * bytes);
      here[cell] = (here[cell] ?? 0) + Math.max(0, to - from) / bytes;
    }
  }
  const active = new Set(
    fetching
      .filter(({ position, end }) => position < end)
      .map(({ position }) => Math.floor(position / bytes)),
  );
  return here.map((share, cell) => ({ here: Math.min(1, share), active: active.has(cell) }));
}

/** Ranges that overlap count once. */
function joined(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const all: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (end > start) all.push([start, end]);
  }
  return all;
}
