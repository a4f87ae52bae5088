import type { ReactNode } from "react";
import { useLimit, useTotals } from "../data/use-live.ts";
import { formatExactBytes, formatBytes, formatSpeed } from "../format/bytes.ts";
import { counted } from "../format/counted.ts";
import { formatDuration } from "../format/duration.ts";
import { presentWord } from "../limit/limit-words.ts";
import { useOverallLimit } from "../limit/use-overall-limit.tsx";
import { SpeedCurve } from "./speed-curve.tsx";
import "./totals-strip.css";

/** The whole queue in one line: how fast, how long, how many, how far. */
export function TotalsStrip() {
  const totals = useTotals();
  const busy = totals.active > 0;
  const queue = totals.waiting === 0 ? "" : `${totals.waiting} waiting`;
  return (
    <section className="totals surface" aria-label="Totals">
      <Total
        label="Speed"
        aside={<SpeedLimit />}
        value={busy ? formatSpeed(totals.bytesPerSecond) : "–"}
        strong
      />
      <Total
        label="Time left"
        value={totals.etaSeconds === null ? "–" : formatDuration(totals.etaSeconds)}
        note={totals.unknownLengths > 0 && totals.etaSeconds !== null ? "and more" : ""}
        title={
          totals.unknownLengths > 0
            ? `${counted(totals.unknownLengths, "download")} of unknown size not counted`
            : ""
        }
      />
      <Total label="Active" value={busy ? String(totals.active) : "None"} note={queue} />
      <Total
        label="Downloaded"
        value={totals.bytesTotal === 0 ? "–" : formatBytes(totals.bytesDone)}
        note={totals.bytesTotal === 0 ? "" : `of ${formatBytes(totals.bytesTotal)}`}
        title={
          totals.bytesTotal === 0
            ? ""
            : `${formatExactBytes(totals.bytesDone)} of ${formatExactBytes(totals.bytesTotal)}`
        }
      />
      <SpeedCurve />
    </section>
  );
}

/** The limit for all, where one holds; pressed, it can be changed. */
function SpeedLimit() {
  const { open } = useOverallLimit();
  const word = presentWord(useLimit());
  if (word === null) return null;
  return (
    <button type="button" className="total__limit" aria-label={`Limit: ${word}. Change it`} onClick={open}>
      {word === "off" ? "switched off" : `limit ${word}`}
    </button>
  );
}

interface TotalProps {
  label: string;
  /** Beside the label. */
  aside?: ReactNode;
  value: string;
  note?: string;
  title?: string;
  strong?: boolean;
}

function Total({ label, aside, value, note = "", title = "", strong = false }: TotalProps) {
  return (
    <div className="total" data-strong={strong || undefined} title={title === "" ? undefined : title}>
      <div className="total__label">
        {label}
        {aside}
      </div>
      <div className="total__value">
        {value}
        {note !== "" && <span className="total__note"> {note}</span>}
      </div>
    </div>
  );
}
