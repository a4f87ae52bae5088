import type { JobMessage } from "../../../src/wire/job-message.ts";
import { formatBytes } from "../format/bytes.ts";
import { barFraction, formatPercent, jobFraction } from "../format/percent.ts";
import { tellsBytes } from "../format/tells-bytes.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { BarTone } from "../ui/progress-bar.tsx";
import { t } from "../words/words.ts";

/** A job's bar: how many bytes are here, or how many are verified while the hash is computed. */
export function JobBar({ job, thin = false }: { job: JobMessage; thin?: boolean }) {
  const { progress } = job;
  const verifying =
    job.status === "RUNNING" && progress.stage === "verifying" && progress.bytes_verified !== null;
  const done = verifying ? (progress.bytes_verified ?? 0) : progress.bytes_done;
  const fraction = verifying
    ? barFraction(done, progress.bytes_total, false)
    : jobFraction(progress, job.status === "COMPLETE");
  const percent = formatPercent(progress.percent);
  const total = progress.bytes_total === null ? t("unknown size") : formatBytes(progress.bytes_total);
  return (
    <ProgressBar
      label={
        verifying ? t("Verifying {name}", { name: job.name }) : t("Progress of {name}", { name: job.name })
      }
      fraction={fraction}
      valueText={
        tellsBytes(job)
          ? t("{percent}, {done} of {total}", { percent, done: formatBytes(done), total })
          : percent
      }
      tone={toneOf(job, verifying)}
      moving={job.status === "RUNNING"}
      thin={thin}
      behind={verifying ? barFraction(progress.bytes_done, progress.bytes_total, false) : null}
    />
  );
}

function toneOf(job: JobMessage, verifying: boolean): BarTone {
  if (verifying) return "check";
  if (job.status === "RUNNING") return "accent";
  if (job.status === "COMPLETE") return "ok";
  return job.status === "FAILED" ? "bad" : "rest";
}
