import { lazy, Suspense, useSyncExternalStore } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useServer } from "../data/server.tsx";
import { formatSpeed } from "../format/bytes.ts";
import { t } from "../words/words.ts";
import { fetchPart } from "../ui/fetch-part.ts";

const SpeedChart = lazy(async () => {
  const { SpeedChart: component } = await fetchPart(() => import("./speed-chart.tsx"));
  return { default: component };
});

/** How quickly it went since this page was opened. Nothing while there is nothing to draw. */
export function JobSpeed({ job }: { job: JobMessage }) {
  const { live, speedLog } = useServer();
  const speeds = useSyncExternalStore(live.subscribe, () => speedLog.of(job.id));
  if (speeds.times.length < 2) return null;
  const peak = Math.max(...speeds.speeds.map((speed) => speed ?? 0));
  return (
    <section aria-labelledby="details-speed">
      <h3 id="details-speed" className="details__title">
        {t("Speed")}
        <span className="details__aside">{t("at most {speed}", { speed: formatSpeed(peak) })}</span>
      </h3>
      <Suspense fallback={<div className="speed-chart" style={{ height: 132 }} />}>
        <SpeedChart speeds={speeds} label={t("Speed since this page was opened")} />
      </Suspense>
    </section>
  );
}
