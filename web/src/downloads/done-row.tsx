import { Ban, Check } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useNow } from "../data/use-now.ts";
import { formatSpeed } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { tellsBytes } from "../format/tells-bytes.ts";
import { formatAgo, formatTime, secondsBetween } from "../format/time.ts";
import { Bytes, BytesOf } from "../ui/bytes.tsx";
import { ChecksumBadge } from "../ui/checksum-badge.tsx";
import { RowShell } from "./row-shell.tsx";
import type { RowProps } from "./row-shell.tsx";
import { Whereabouts } from "./whereabouts.tsx";
import { t } from "../words/words.ts";

/** A job that is over: complete, or cancelled. */
export function DoneRowView(props: RowProps) {
  const { job } = props;
  const now = useNow("minute");
  const complete = job.status === "COMPLETE";
  const ended = job.ended_at ?? job.updated_at;
  return (
    <RowShell
      {...props}
      icon={complete ? <Check size={17} /> : <Ban size={16} />}
      tone={complete ? "ok" : "plain"}
      aside={
        <time className="row__time" dateTime={ended} title={formatTime(ended)}>
          {formatAgo(ended, now)}
        </time>
      }
    >
      <div className="row__facts">
        {complete ? <CompleteFacts job={job} /> : <CancelledFacts job={job} />}
        <span className="row__end">
          <ChecksumBadge job={job} />
          <Whereabouts job={job} />
        </span>
      </div>
    </RowShell>
  );
}

function CompleteFacts({ job }: { job: JobMessage }) {
  const seconds = secondsBetween(job.started_at, job.ended_at);
  const bytes = job.progress.bytes_done;
  const told = tellsBytes(job);
  return (
    <>
      {told && <Bytes bytes={bytes} />}
      {seconds !== null && (
        <span className="dim">
          {told && seconds >= 1
            ? t("in {duration}, {speed}", {
                duration: formatDuration(seconds),
                speed: formatSpeed(bytes / seconds),
              })
            : t("in {duration}", { duration: formatDuration(seconds) })}
        </span>
      )}
    </>
  );
}

function CancelledFacts({ job }: { job: JobMessage }) {
  const { bytes_done: done, bytes_total: total } = job.progress;
  return (
    <>
      <span className="row__stage">{t("Cancelled")}</span>
      {done > 0 && <BytesOf done={done} total={total} />}
    </>
  );
}
