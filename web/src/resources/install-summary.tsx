import type { HostMessage } from "../../../src/wire/hosts.ts";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import { formatBytes } from "../format/bytes.ts";
import { t, tn } from "../words/words.ts";
import type { InstallSum } from "./install-plan.ts";

interface InstallSummaryProps {
  sum: InstallSum;
  host: HostMessage | null;
  space: PlanAnswer["space"];
}

/** How much is to be fetched, and whether there is room for it. */
export function InstallSummary({ sum, host, space }: InstallSummaryProps) {
  const { count, bytes, unknown } = sum;
  const free = host === null ? (space[0]?.free_bytes ?? null) : host.free_bytes;
  const isShort = free !== null && bytes > free;
  return (
    <div role="status">
      <dl className="review__sum">
        <div>
          <dt>{t("Tasks")}</dt>
          <dd>{count}</dd>
        </div>
        <div>
          <dt>{t("To fetch")}</dt>
          <dd>
            {bytes > 0 || unknown === 0 ? formatBytes(bytes) : t("Unknown")}
            {unknown > 0 && bytes > 0 && (
              <span className="dim">
                {" "}
                {tn(unknown, "and one of unknown size", "and {n} of unknown size")}
              </span>
            )}
          </dd>
        </div>
        {free !== null && (
          <div data-tone={isShort ? "bad" : undefined}>
            <dt>{t("Free there")}</dt>
            <dd>{isShort ? t("Only {free}", { free: formatBytes(free) }) : formatBytes(free)}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
