/** Medians of what was measured, one line per program. */
import type { Cost } from "./measure.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;

export interface Row {
  label: string;
  costs: readonly Cost[];
}

/** The first row is what the others are compared with. */
export function printTable(rows: readonly Row[], bytes: number): void {
  const [first] = rows;
  if (first === undefined) return;
  const base = medianOf(first, "wallSeconds");
  const lines = rows.map((row) => {
    const wall = medianOf(row, "wallSeconds");
    return [
      row.label,
      wall.toFixed(2),
      (bytes / GIB / wall).toFixed(2),
      (medianOf(row, "cpuSeconds") / (bytes / GIB)).toFixed(2),
      (medianOf(row, "peakBytes") / MIB).toFixed(0),
      `${(wall / base).toFixed(2)}×`,
    ];
  });
  const head = ["", "wall s", "GiB/s", "CPU-s/GiB", "RSS MiB", `time ÷ ${first.label}`];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of [head, ...lines]) {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join("  "));
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function medianOf(row: Row, figure: keyof Cost): number {
  return median(row.costs.map((cost) => cost[figure]));
}
