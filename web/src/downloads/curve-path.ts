/** SVG paths of a curve that grows in from the right. Pure. */

/** Room above the peak, as a part of the height. */
const HEADROOM = 0.12;

/** `line` and the `area` under it; empty while there are fewer than two samples. */
export function curvePath(
  samples: readonly number[],
  capacity: number,
  width: number,
  height: number,
): { line: string; area: string } {
  const peak = Math.max(...samples, 0);
  if (samples.length < 2 || peak <= 0) return { line: "", area: "" };
  const step = width / (capacity - 1);
  const first = width - (samples.length - 1) * step;
  const points = samples.map((value, index) => {
    const x = first + index * step;
    const y = height - (value / peak) * height * (1 - HEADROOM);
    return `${round(x)} ${round(y)}`;
  });
  const line = `M${points.join("L")}`;
  return { line, area: `${line}L${width} ${height}L${round(first)} ${height}Z` };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
