import { ArrowDown, Cable, Clock, FileCheck, Files, FolderInput, Plug, ShieldCheck } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useNow } from "../data/use-now.ts";
import { formatSpeed } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { jobWords } from "../format/job-words.ts";
import { formatPercent } from "../format/percent.ts";
import { tellsBytes } from "../format/tells-bytes.ts";
import { BytesOf } from "../ui/bytes.tsx";
import { ChecksumBadge } from "../ui/checksum-badge.tsx";
import { JobBar } from "./job-bar.tsx";
import { RowShell } from "./row-shell.tsx";
import type { RowProps } from "./row-shell.tsx";
import { Whereabouts } from "./whereabouts.tsx";
import { t, tn } from "../words/words.ts";

/** A job at work, or about to be tried again: everything that moves. */
export function ActiveRow(props: RowProps) {
  const { job } = props;
  const waits = job.status === "PENDING";
  const words = jobWords(job, useNow(waits ? "second" : "never"));
  const { stage, percent } = job.progress;
  return (
    <RowShell
      {...props}
      icon={<StageIcon job={job} />}
      tone={waits || stage === "waiting" ? "warn" : "accent"}
      aside={<span className="row__percent">{formatPercent(percent)}</span>}
    >
      <JobBar job={job} />
      <div className="row__facts">
        <span className="row__stage">{words.label}</span>
        <span className="row__bytes">
          {tellsBytes(job) && <BytesOf done={job.progress.bytes_done} total={job.progress.bytes_total} />}
        </span>
        <Motion job={job} />
        <span className="row__end">
          <ChecksumBadge job={job} />
          <Whereabouts job={job} />
        </span>
      </div>
      {words.detail !== null && <p className="row__note">{words.detail}</p>}
    </RowShell>
  );
}

/** Speed, time left, connections: only while bytes come. */
function Motion({ job }: { job: JobMessage }) {
  const { stage, bytes_per_second: speed, eta_seconds: eta, connections } = job.progress;
  if (job.status !== "RUNNING" || stage !== "downloading") return null;
  return (
    <>
      <span className="row__speed">{formatSpeed(speed)}</span>
      <span className="row__eta">
        {eta === null ? "" : t("{duration} left", { duration: formatDuration(eta) })}
      </span>
      {connections > 0 && <Connections count={connections} />}
    </>
  );
}

/** The word where there is room for it, else a sign. */
function Connections({ count }: { count: number }) {
  const words = tn(count, "{n} connection", "{n} connections");
  return (
    <span className="row__connections dim" title={words}>
      <span className="row__connections-words">{words}</span>
      <Cable size={13} aria-hidden />
      <span aria-hidden>{count}</span>
    </span>
  );
}

function StageIcon({ job }: { job: JobMessage }) {
  if (job.status === "PENDING") return <Clock size={17} />;
  switch (job.progress.stage) {
    case null:
    case "connecting":
    case "reconnecting":
      return <Plug size={17} />;
    case "downloading":
      return <ArrowDown size={17} />;
    case "waiting":
      return <Clock size={17} />;
    case "copying":
      return <Files size={17} />;
    case "verifying":
      return <ShieldCheck size={17} />;
    case "placing":
      return job.destination === null ? <FileCheck size={17} /> : <FolderInput size={17} />;
    default:
      throw job.progress.stage satisfies never;
  }
}
