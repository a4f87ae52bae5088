import type { JobMessage } from "../../../src/wire/job-message.ts";
import { offeredActions } from "../data/offered-actions.ts";
import { useNow } from "../data/use-now.ts";
import { jobWords } from "../format/job-words.ts";
import { formatPercent } from "../format/percent.ts";
import { tellsBytes } from "../format/tells-bytes.ts";
import { JobBar } from "../downloads/job-bar.tsx";
import { BytesOf } from "../ui/bytes.tsx";
import { DetailActions } from "./detail-actions.tsx";
import { JobFacts } from "./job-facts.tsx";
import { JobLog } from "./job-log.tsx";
import { JobMap } from "./job-map.tsx";
import { JobSpeed } from "./job-speed.tsx";
import { JobHistory } from "./job-history.tsx";
import { JobSteps } from "./job-steps.tsx";
import "./details.css";

/** A job in full. */
export function JobDetails({ job }: { job: JobMessage }) {
  const words = jobWords(job, useNow(paceOf(job)));
  const problem = job.status === "FAILED" ? job.error : null;
  return (
    <div className="details">
      <div className="details__head">
        <h2 className="details__name" dir="auto">
          {job.name}
        </h2>
        <div className="details__state">
          <span className="badge" data-tone={toneOf(job.status)}>
            {words.label}
          </span>
          {tellsBytes(job) && <BytesOf done={job.progress.bytes_done} total={job.progress.bytes_total} />}
          <span className="details__percent">{formatPercent(job.progress.percent)}</span>
        </div>
        <JobBar job={job} />
        {problem === null ? (
          words.detail !== null && <p className="dim">{words.detail}</p>
        ) : (
          <div className="details__problem">
            <p>{problem.message}</p>
            <p className="dim">{problem.advice}</p>
          </div>
        )}
        <DetailActions job={job} offer={offeredActions(job)} />
      </div>
      <JobSpeed job={job} />
      <JobMap job={job} />
      {job.steps.some(({ kind }) => kind === "command") && <JobLog job={job} />}
      <JobFacts job={job} />
      <JobSteps job={job} />
      <JobHistory job={job} />
    </div>
  );
}

function paceOf({ retry_at, waiting }: JobMessage): "second" | "minute" | "never" {
  if (retry_at !== null) return "second";
  return waiting?.until == null ? "never" : "minute";
}

function toneOf(status: JobMessage["status"]): string {
  switch (status) {
    case "RUNNING":
      return "accent";
    case "COMPLETE":
      return "ok";
    case "FAILED":
    case "HOST_VERIFICATION_NEEDED":
      return "bad";
    case "PENDING":
    case "PAUSED":
    case "CANCELLED":
      return "plain";
    default:
      throw status satisfies never;
  }
}
