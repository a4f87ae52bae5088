import type { ReactNode } from "react";
import type { Totals } from "../data/totals.ts";
import { useLimit, useTotals } from "../data/use-live.ts";
import { formatExactBytes, formatBytes, formatSpeed } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { presentWord } from "../limit/limit-words.ts";
import { useOverallLimit } from "../limit/use-overall-limit.tsx";
import { SpeedCurve } from "./speed-curve.tsx";
import "./totals-strip.css";
import { t, tn } from "../words/words.ts";

/** The whole queue in one line: how fast, how long, how many, how far. */
export function TotalsStrip() {
  const totals = useTotals();
  const busy = totals.active > 0;
  const queue = totals.waiting === 0 ? "" : t("{n} waiting", { n: totals.waiting });
  return (
    <section className="totals surface" aria-label={t("Totals")}>
      <Total
        label={t("Speed")}
        aside={<SpeedLimit />}
        value={busy ? formatSpeed(totals.bytesPerSecond) : "–"}
        strong
      />
      <Total
        label={t("Time left")}
        value={formatTimeLeft(totals)}
        title={
          totals.unknownLengths > 0
            ? tn(
                totals.unknownLengths,
                "{n} download of unknown size not counted",
                "{n} downloads of unknown size not counted",
              )
            : ""
        }
      />
      <Total label={t("Active")} value={busy ? String(totals.active) : t("None")} note={queue} />
      <Total
        label={t("Downloaded")}
        value={totals.bytesTotal === 0 ? "–" : formatBytes(totals.bytesDone)}
        note={totals.bytesTotal === 0 ? "" : t("of {total}", { total: formatBytes(totals.bytesTotal) })}
        isGrowing
        title={
          totals.bytesTotal === 0
            ? ""
            : t("{done} of {total}", {
                done: formatExactBytes(totals.bytesDone),
                total: formatExactBytes(totals.bytesTotal),
              })
        }
      />
      <SpeedCurve />
    </section>
  );
}

function formatTimeLeft({ etaSeconds, unknownLengths }: Totals): string {
  if (etaSeconds === null) return "–";
  const time = formatDuration(etaSeconds);
  // In every language, and narrow; the title tells of what.
  return unknownLengths > 0 ? `> ${time}` : time;
}

/** The limit for all, where one holds; pressed, it can be changed. */
function SpeedLimit() {
  const { open } = useOverallLimit();
  const word = presentWord(useLimit());
  if (word === null) return null;
  return (
    <button
      type="button"
      className="total__limit"
      aria-label={t("Limit: {word}. Change it", { word })}
      onClick={open}
    >
      {word === "off" ? t("switched off") : t("limit {word}", { word })}
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
  /** The value grows under way: the note stands where it does not move when a digit comes. */
  isGrowing?: boolean;
}

function Total(props: TotalProps) {
  const { label, aside, value, note = "", title = "", strong = false, isGrowing = false } = props;
  return (
    <div className="total" data-strong={strong || undefined} title={title === "" ? undefined : title}>
      <div className="total__label">
        {label}
        {aside}
      </div>
      <div className="total__value">
        <span className="total__number" data-growing={isGrowing || undefined}>
          {value}
        </span>
        {note !== "" && <span className="total__note"> {note}</span>}
      </div>
    </div>
  );
}
