/** What was measured, as a table that reads well on a terminal and in Markdown. */
import { medianOf } from "./bars.ts";
import type { Measured } from "./measure-case.ts";

const GIB = 2 ** 30;

/** Medians, one line per program. @param bytes fetched by each */
export function tableOf(measured: readonly Measured[], bytes: number): string {
  const base = medianOf(measured[0] ?? { costs: [] }, "wallSeconds");
  const rows = measured.map((each) => {
    const wall = medianOf(each, "wallSeconds");
    return [
      each.contender.label,
      wall.toFixed(2),
      (bytes / GIB / wall).toFixed(2),
      (medianOf(each, "cpuSeconds") / (bytes / GIB)).toFixed(2),
      (medianOf(each, "peakBytes") / 1e6).toFixed(0),
      `${(wall / base).toFixed(2)}×`,
    ];
  });
  return layOut(["", "wall s", "GiB/s", "CPU-s/GiB", "RSS MB", "time ÷ ours"], rows);
}

/** The first column to the left, the others to the right. */
export function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, 3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map((row) => line(row))].join("\n");
}
