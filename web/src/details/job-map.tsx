import { useQuery } from "@tanstack/react-query";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { MapMessage } from "../../../src/wire/requests.ts";
import { useServer } from "../data/server.tsx";
import { formatBytes, formatSpeed } from "../format/bytes.ts";
import { t, tn } from "../words/words.ts";
import { mapCells } from "./map-cells.ts";

const CELLS = 144;
/** While it runs: as often as an eye wants to see it move. */
const LOOK_EVERY_MS = 1_000;

/** Which bytes of the file are here, and which connection fetches which. */
export function JobMap({ job }: { job: JobMessage }) {
  const { client } = useServer();
  const runs = job.status === "RUNNING";
  const map = useQuery({
    queryKey: ["map", job.id, job.status],
    queryFn: ({ signal }) => client.jobs.map(job.id, signal),
    refetchInterval: runs ? LOOK_EVERY_MS : false,
    enabled: job.steps.some(({ kind }) => kind === "transfer") && job.status !== "COMPLETE",
    placeholderData: (before) => before,
  });
  if (map.data === undefined) return null;
  const cells = mapCells(map.data, CELLS);
  if (cells.length === 0) return null;
  const { fetching } = map.data;
  return (
    <section aria-labelledby="details-map">
      <h3 id="details-map" className="details__title">
        {t("Map of the file")}
        {fetching.length > 1 && (
          <span className="details__aside">{tn(fetching.length, "{n} connection", "{n} connections")}</span>
        )}
      </h3>
      <div className="file-map" role="img" aria-label={describe(map.data)}>
        {cells.map(({ here, active }, index) => (
          <span
            // Cells never change places.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            className="file-map__cell"
            data-active={active || undefined}
            style={{ "--here": `${Math.round(here * 100)}%` } as Record<string, string>}
          />
        ))}
      </div>
      {runs && fetching.length > 1 && <Connections fetching={fetching} />}
    </section>
  );
}

function Connections({ fetching }: Pick<MapMessage, "fetching">) {
  return (
    <ul className="map-connections">
      {fetching
        .toSorted((a, b) => a.start - b.start)
        .map(({ start, position, end, bytes_per_second: speed }) => (
          <li key={start}>
            <span className="dim">{t("at {place}", { place: formatBytes(position) })}</span>
            <span>{t("{bytes} to go", { bytes: formatBytes(Math.max(0, end - position)) })}</span>
            <span className="map-connections__speed">{speed === null ? "–" : formatSpeed(speed)}</span>
          </li>
        ))}
    </ul>
  );
}

function describe({ size, done }: MapMessage): string {
  const here = done.reduce((sum, [start, end]) => sum + end - start, 0);
  return t("{done} of {total}", { done: formatBytes(here), total: formatBytes(size ?? 0) });
}
