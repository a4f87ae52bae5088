import { Clock, HardDrive, Hourglass, Pause } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useNow } from "../data/use-now.ts";
import { jobWords } from "../format/job-words.ts";
import { formatPercent } from "../format/percent.ts";
import { Bytes, BytesOf } from "../ui/bytes.tsx";
import { JobBar } from "./job-bar.tsx";
import { RowShell } from "./row-shell.tsx";
import type { RowProps } from "./row-shell.tsx";
import { Whereabouts } from "./whereabouts.tsx";

/** A job that waits for its turn, or is paused. */
export function QuietRow(props: RowProps) {
  const { job, position = null } = props;
  const words = jobWords(job, useNow(job.waiting?.until == null ? "never" : "minute"));
  const begun = job.progress.bytes_done > 0;
  const isClosed = job.waiting?.why === "window";
  const explained = isClosed || (job.status === "PAUSED" && job.paused?.why !== "person");
  return (
    <RowShell
      {...props}
      icon={position === null ? <QuietIcon job={job} /> : <Position at={position} />}
      tone={explained ? "warn" : "plain"}
    >
      <div className="row__facts">
        <span className="row__stage" data-tone={explained ? "warn" : undefined}>
          {words.label}
        </span>
        <QuietSize job={job} />
        {begun && (
          <span className="row__small-bar">
            <JobBar job={job} thin />
            <span>{formatPercent(job.progress.percent)}</span>
          </span>
        )}
        <span className="row__end">
          <Whereabouts job={job} />
        </span>
      </div>
      {words.detail !== null && <p className="row__note">{words.detail}</p>}
    </RowShell>
  );
}

/** The place in the queue. */
function Position({ at }: { at: number }) {
  return <span className="row__position">{at}</span>;
}

function QuietSize({ job: { progress } }: { job: JobMessage }) {
  if (progress.bytes_done > 0) return <BytesOf done={progress.bytes_done} total={progress.bytes_total} />;
  if (progress.bytes_total === null) return null;
  return <Bytes bytes={progress.bytes_total} />;
}

function QuietIcon({ job }: { job: JobMessage }) {
  if (job.status !== "PAUSED") return <Clock size={17} />;
  if (job.paused?.why === "no_space") return <HardDrive size={17} />;
  return job.paused?.why === "window" ? <Hourglass size={17} /> : <Pause size={17} />;
}
