import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { JobSpeeds } from "../data/job-speeds.ts";
import { formatSpeed } from "../format/bytes.ts";
import { language } from "../words/words.ts";

const HEIGHT = 132;
/** Of 24 hours: the last one on the axis has to find room. */
const CLOCK = new Intl.DateTimeFormat(language(), { timeStyle: "medium", hourCycle: "h23" });

/** Bytes per second over time. In a chunk of its own, with the library that draws it. */
export function SpeedChart({ speeds, label }: { speeds: JobSpeeds; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);

  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const drawn = new uPlot(optionsFor(current), [[], []], current);
    chart.current = drawn;
    const resized = new ResizeObserver(() => drawn.setSize({ width: current.clientWidth, height: HEIGHT }));
    resized.observe(current);
    return () => {
      resized.disconnect();
      drawn.destroy();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setData([[...speeds.times], [...speeds.speeds]]);
  }, [speeds]);

  return <div ref={place} className="speed-chart" role="img" aria-label={label} style={{ height: HEIGHT }} />;
}

function optionsFor(place: HTMLElement): uPlot.Options {
  // Taken again for every drawing: the colours may change from light to dark.
  const token = (name: string) => (): string => getComputedStyle(place).getPropertyValue(name).trim();
  const axis = { stroke: token("--dim"), font: "11px sans-serif", ticks: { show: false } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 22, 0, 0],
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 76,
        size: 24,
        values: (_plot, ticks) => ticks.map((second) => CLOCK.format(second * 1000)),
      },
      {
        ...axis,
        size: 66,
        space: 34,
        grid: { stroke: token("--line"), width: 1 },
        values: (_plot, ticks) => ticks.map(formatSpeed),
      },
    ],
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(1000, (max ?? 0) * 1.15)] } },
    series: [
      {},
      {
        stroke: token("--accent"),
        fill: () => `${token("--accent")()}22`,
        width: 1.6,
        points: { show: false },
        spanGaps: false,
      },
    ],
  };
}
