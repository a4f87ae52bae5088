import { Link } from "@tanstack/react-router";
import { RotateCw, ScrollText, Trash2 } from "lucide-react";
import { memo } from "react";
import { useMay } from "../access/may.tsx";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useIsActing } from "../data/use-job-actions.ts";
import { useIsAway, useJob } from "../data/use-live.ts";
import { handleRowKey, ROW_FOCUS } from "../downloads/row-keys.ts";
import { useActOn } from "../downloads/use-act-on.ts";
import { formatBytes, formatSpeed } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { formatPercent } from "../format/percent.ts";
import { VerifyLink } from "../host-keys/verify-link.tsx";
import { Bytes, BytesOf } from "../ui/bytes.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { TagSign } from "../ui/tag-sign.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { commandOf, stageOf, taskTag } from "./task-tag.ts";

/** One task. Drawn again only when this very job changes; its height stays the same while it runs. */
export const TaskRow = memo(function TaskRow({ id }: { id: string }) {
  const job = useJob(id);
  return job === null ? null : <Task job={job} />;
});

/** Tasks run in their order, and are asked something of one by one. */
const NOTHING_TO_SELECT = { toggle: () => {}, extendTo: () => {}, move: null, isSelecting: false } as const;

function Task({ job }: { job: JobMessage }) {
  const act = useActOn(job);
  const canRetry = job.status === "FAILED" || job.status === "CANCELLED";
  return (
    <li className="task" data-status={job.status}>
      <div className="task__head">
        <Link
          to="."
          search={(before) => ({ ...before, job: job.id })}
          resetScroll={false}
          className="task__name truncate"
          title={job.source.text}
          dir="auto"
          {...{ [ROW_FOCUS]: "" }}
          onKeyDown={(event) =>
            handleRowKey(event, {
              ...NOTHING_TO_SELECT,
              main: () => (canRetry ? act("retry") : undefined),
              remove: () => act("remove"),
            })
          }
        >
          {job.name}
        </Link>
        <TaskTag job={job} />
        <TaskActions job={job} canRetry={canRetry} act={act} />
      </div>
      <TaskProgress job={job} />
    </li>
  );
}

function TaskTag({ job }: { job: JobMessage }) {
  const { icon, label, tone } = taskTag(job);
  if (job.status === "HOST_VERIFICATION_NEEDED" && job.place.kind === "ssh")
    return <VerifyLink hostId={job.place.name} of={job.name} />;
  return (
    <span className="badge task__tag" data-tone={tone}>
      <TagSign sign={icon} /> {label}
    </span>
  );
}

interface TaskActionsProps {
  job: JobMessage;
  canRetry: boolean;
  act: (action: "retry" | "remove") => void;
}

function TaskActions({ job, canRetry, act }: TaskActionsProps) {
  const acting = useIsActing(job.id);
  const away = useIsAway();
  const may = useMay("POST /jobs/actions");
  return (
    <span className="task__actions">
      {may && canRetry && (
        <IconButton
          label={t("Retry {name}", { name: job.name })}
          tip={t("Retry")}
          disabled={away}
          loading={acting}
          onClick={() => act("retry")}
        >
          <RotateCw size={15} aria-hidden />
        </IconButton>
      )}
      <Link
        to="."
        search={(before) => ({ ...before, job: job.id })}
        resetScroll={false}
        className="icon-button"
        data-tip={t("Details and log")}
        aria-label={t("Details and log of {name}", { name: job.name })}
      >
        <ScrollText size={15} aria-hidden />
      </Link>
      {may && (
        <IconButton
          danger
          label={t("Remove {name}", { name: job.name })}
          tip={t("Remove")}
          disabled={away}
          loading={acting && !canRetry}
          onClick={() => act("remove")}
        >
          <Trash2 size={15} aria-hidden />
        </IconButton>
      )}
    </span>
  );
}

/** The second line: a bar with figures while it runs, else why it does not. */
function TaskProgress({ job }: { job: JobMessage }) {
  const { progress, error } = job;
  if (job.status === "FAILED" || (error !== null && job.status === "PENDING")) {
    const said = `${error?.message ?? t("It failed without saying why.")} ${error?.advice ?? ""}`;
    return (
      <p className="task__line truncate" data-tone={job.status === "FAILED" ? "bad" : undefined} title={said}>
        {said}
      </p>
    );
  }
  if (job.status !== "RUNNING") return null;
  const command = commandOf(job);
  const stage = stageOf(job);
  return (
    <>
      <TaskBar job={job} />
      <p className="task__line">
        {command !== null && <span className="task__step">{t("Command {index} of {count}", command)}</span>}
        {stage !== null && (
          <span className="truncate" title={stage} dir="auto">
            {stage}
          </span>
        )}
        {progress.bytes_done > 0 && <TaskBytes job={job} />}
        {progress.bytes_per_second > 0 && <span>{formatSpeed(progress.bytes_per_second)}</span>}
        {progress.eta_seconds !== null && (
          <span>{t("{time} left", { time: formatDuration(progress.eta_seconds) })}</span>
        )}
        {progress.stage === "reconnecting" && <span>{t("Reconnecting; the command goes on meanwhile")}</span>}
      </p>
    </>
  );
}

/** As full as the tag says: a tool may know its percent without saying of how many bytes. */
function TaskBar({ job: { name, progress } }: { job: JobMessage }) {
  return (
    <ProgressBar
      label={t("Progress of {name}", { name })}
      fraction={progress.percent === null ? null : progress.percent / 100}
      valueText={`${formatPercent(progress.percent)}, ${formatBytes(progress.bytes_done)}`}
      thin
    />
  );
}

function TaskBytes({ job: { progress } }: { job: JobMessage }) {
  const { bytes_done: done, bytes_total: total } = progress;
  return total === null ? <Bytes bytes={done} /> : <BytesOf done={done} total={total} />;
}
