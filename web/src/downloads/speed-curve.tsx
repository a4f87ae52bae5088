import { memo, useSyncExternalStore } from "react";
import { useServer } from "../data/server.tsx";
import { SPEED_SAMPLES } from "../data/speed-history.ts";
import { formatSpeed } from "../format/bytes.ts";
import { curvePath } from "./curve-path.ts";
import { t } from "../words/words.ts";

const WIDTH = 240;
const HEIGHT = 60;

/** The total speed of the last minute and a half, newest at the right. */
export const SpeedCurve = memo(function SpeedCurve() {
  const { speeds } = useServer();
  const samples = useSyncExternalStore(speeds.subscribe, speeds.getSnapshot);
  const peak = Math.max(...samples, 0);
  const { line, area } = curvePath(samples, SPEED_SAMPLES, WIDTH, HEIGHT);
  return (
    <div
      className="speed-curve"
      role="img"
      aria-label={t("Speed of the last minute and a half")}
      title={
        peak > 0 ? t("Last minute and a half, at most {speed}", { speed: formatSpeed(peak) }) : undefined
      }
    >
      {line !== "" && (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden focusable="false">
          <path d={area} fill="currentColor" opacity="0.12" />
          <path
            d={line}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      )}
    </div>
  );
});
