import { useQuery } from "@tanstack/react-query";
import type { JobMessage, Status } from "../../../src/wire/job-message.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { formatTime } from "../format/time.ts";
import { t } from "../words/words.ts";
import { reasonWords } from "./reason-words.ts";

const STATUS_NAMES: Record<Status, string> = {
  PENDING: t("Waiting"),
  RUNNING: t("Running"),
  PAUSED: t("Paused"),
  HOST_VERIFICATION_NEEDED: t("Host key to check"),
  COMPLETE: t("Complete"),
  FAILED: t("Failed"),
  CANCELLED: t("Cancelled"),
};

/** Every change of the job's state, with time and reason; newest first. */
export function JobHistory({ job }: { job: JobMessage }) {
  const { client } = useServer();
  const history = useQuery({
    // A change of the state is a new line, and one of the limit.
    queryKey: ["history", job.id, job.updated_at, job.status, job.wish, job.limit_rate],
    queryFn: ({ signal }) => client.jobs.history(job.id, signal),
    placeholderData: (before) => before,
  });
  const lines = (history.data ?? []).toReversed();
  return (
    <section aria-labelledby="details-history">
      <h3 id="details-history" className="details__title">
        {t("History")}
      </h3>
      {history.isError && <p className="dim">{describeError(history.error).message}</p>}
      <ol className="history">
        {lines.map((line) => (
          <li key={`${line.at} ${line.from} ${line.to} ${line.reason}`} className="history__line">
            <span className="history__dot" data-status={line.to} aria-hidden />
            <div>
              <span className="history__to">{STATUS_NAMES[line.to]}</span>
              <span className="history__reason" title={line.reason}>
                {" "}
                {reasonWords(line)}
              </span>
            </div>
            <time className="history__time" dateTime={line.at}>
              {formatTime(line.at)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}
