/** A bar that moves by transform only: no layout, no flicker, also with hundreds of them. */
import { memo } from "react";
import "./progress-bar.css";

export type BarTone = "accent" | "check" | "rest" | "bad" | "ok";

interface ProgressBarProps {
  /** What it measures, for people who do not see it. */
  label: string;
  /** 0 to 1, or null while the total is unknown. */
  fraction: number | null;
  /** In words: `45 %, 10.7 GB of 23.8 GB`. */
  valueText: string;
  tone?: BarTone;
  /** Whether something moves: a bar of unknown length at rest stands still. */
  moving?: boolean;
  thin?: boolean;
  /** A paler bar behind it, 0 to 1: what is here while only part of it is verified. */
  behind?: number | null;
}

export const ProgressBar = memo(function ProgressBar(props: ProgressBarProps) {
  const { label, fraction, valueText, tone = "accent", moving = true, thin = false, behind = null } = props;
  const known = fraction !== null;
  return (
    <div
      className="bar"
      data-tone={tone}
      data-thin={thin || undefined}
      data-unknown={(!known && moving) || undefined}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.floor(fraction * 100) : undefined}
      aria-valuetext={valueText}
    >
      {behind !== null && <div className="bar__behind" style={{ transform: `scaleX(${behind})` }} />}
      <div className="bar__fill" style={known ? { transform: `scaleX(${fraction})` } : undefined} />
    </div>
  );
});
