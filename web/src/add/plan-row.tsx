import { CircleAlert, CircleMinus, ExternalLink, Info, ShieldCheck } from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PlannedJobMessage } from "../../../src/wire/plan.ts";
import { formatBytes } from "../format/bytes.ts";
import { joinSentences } from "../format/join-sentences.ts";
import { Bytes } from "../ui/bytes.tsx";
import { t } from "../words/words.ts";
import { isChoosable } from "./plan-choice.ts";
import { PlanCommands } from "./plan-commands.tsx";
import type { PlanRow } from "./plan-rows.ts";
import { placesToLook } from "./places-to-look.ts";
import { Tick } from "./tick.tsx";
import "../ui/badge.css";

interface PlanRowProps {
  /** Those of places are drawn by who knows the places. */
  row: Exclude<PlanRow, { kind: "place" }>;
  chosen: boolean;
  onChoose: (key: string, wanted: boolean) => void;
}

export function PlanRowView({ row, chosen, onChoose }: PlanRowProps): ReactNode {
  switch (row.kind) {
    case "title":
      return <h3 className="plan-title truncate">{row.title}</h3>;
    case "error":
      return <ErrorRow {...row} />;
    case "job":
      return <JobRow job={row.job} chosen={chosen} onChoose={(wanted) => onChoose(row.choice, wanted)} />;
    case "skipped":
      return <SkippedRow {...row} />;
    case "note":
      return (
        <p className="plan-row" dir="auto">
          <Info className="plan-row__sign" size={15} aria-hidden />
          <span className="plan-row__body dim">{row.text}</span>
        </p>
      );
    default:
      throw row satisfies never;
  }
}

function ErrorRow({ message, advice, page }: Extract<PlanRow, { kind: "error" }>) {
  return (
    <div className="plan-row" data-tone="bad">
      <CircleAlert className="plan-row__sign" size={15} aria-hidden />
      <div className="plan-row__body" dir="auto">
        <p className="plan-row__problem">{message}</p>
        {advice !== "" && <p className="dim">{advice}</p>}
        {page !== null && <Outside href={page}>{t("Open its page")}</Outside>}
      </div>
    </div>
  );
}

function SkippedRow({ what, reason, file }: Extract<PlanRow, { kind: "skipped" }>) {
  return (
    <div className="plan-row">
      <CircleMinus className="plan-row__sign" size={15} aria-hidden />
      <div className="plan-row__body" dir="auto">
        <p>
          <strong>{what}</strong> <span className="dim">{t("is left out: {reason}", { reason })}</span>
        </p>
        {file !== null && (
          <p className="plan-row__links">
            {placesToLook(file).map(({ name, url }) => (
              <Outside key={name} href={url}>
                {t("Look for it on {name}", { name })}
              </Outside>
            ))}
          </p>
        )}
      </div>
    </div>
  );
}

function Outside({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className="plan-row__link" href={href} target="_blank" rel="noopener noreferrer">
      {children} <ExternalLink size={12} aria-hidden />
    </a>
  );
}

interface JobRowProps {
  job: PlannedJobMessage;
  chosen: boolean;
  onChoose: (wanted: boolean) => void;
}

function JobRow({ job, chosen, onChoose }: JobRowProps) {
  const { name, trouble, commands, state } = job;
  const folder = folderOf(job);
  return (
    <div className="plan-row" data-state={state} data-chosen={chosen || undefined}>
      <Tick
        label={state === "in_the_way" ? t("Replace {name}", { name }) : t("Download {name}", { name })}
        checked={chosen}
        disabled={!isChoosable(job)}
        onChange={onChoose}
      />
      <div className="plan-row__body">
        <div className="plan-row__head">
          <span className="plan-row__name truncate" title={name} dir="auto">
            {name}
          </span>
          <StateBadge job={job} chosen={chosen} />
          <Size job={job} />
        </div>
        <div className="plan-row__facts">
          {folder !== null && (
            <code className="truncate" title={job.destination ?? folder}>
              {folder}
            </code>
          )}
          <Hash job={job} />
        </div>
        {trouble !== null && (
          <p className="plan-row__problem" data-mild={state === "in_the_way" || undefined} dir="auto">
            {joinSentences(trouble.message, state === "in_the_way" ? null : trouble.advice)}
          </p>
        )}
        {commands.length > 0 && <PlanCommands commands={commands} />}
      </div>
    </div>
  );
}

/** Nothing where the server would not even say that much: the reason stands below, and is what counts. */
function Size({ job: { size, state, trouble } }: Pick<JobRowProps, "job">) {
  if (size === null && trouble !== null && state !== "in_the_way") return null;
  return <span className="plan-row__size">{size === null ? t("size unknown") : <Bytes bytes={size} />}</span>;
}

function folderOf({ destination }: PlannedJobMessage): string | null {
  return destination === null ? null : destination.slice(0, destination.lastIndexOf("/") + 1);
}

function Hash({ job: { checksum } }: Pick<JobRowProps, "job">) {
  if (checksum === null) return null;
  const { algorithm, origin, hex } = checksum;
  const sentence = t("Will be compared with the {algorithm} from {origin}: {hex}", {
    algorithm,
    origin,
    hex,
  });
  return (
    <span className="plan-row__hash" title={sentence}>
      <ShieldCheck size={13} aria-hidden />
      {t("{algorithm} known", { algorithm })}
    </span>
  );
}

function StateBadge({
  job: { state, bytes_done: done, job_id: id, from },
  chosen,
}: Omit<JobRowProps, "onChoose">) {
  switch (state) {
    case "new":
      return null;
    case "begun":
      return <Badge tone="accent">{t("goes on at {size}", { size: formatBytes(done) })}</Badge>;
    case "here_elsewhere":
      return (
        <span className="badge" data-tone="ok" title={from?.path}>
          {t("on this machine: taken from there")}
        </span>
      );
    case "there":
      return <Badge tone="ok">{t("here already")}</Badge>;
    case "repeated":
      return <Badge tone="plain">{t("twice in the list")}</Badge>;
    case "in_the_way":
      return (
        <Badge tone="warn">
          {chosen ? t("replaces the file of this name") : t("another file has this name")}
        </Badge>
      );
    case "queued":
      return id === null ? (
        <Badge tone="plain">{t("in the queue")}</Badge>
      ) : (
        <Link
          to="."
          search={(before) => ({ ...before, job: id })}
          resetScroll={false}
          className="badge badge_link"
          data-tone="plain"
        >
          {t("in the queue")}
        </Link>
      );
    default:
      throw state satisfies never;
  }
}

function Badge({ tone, children }: { tone: string; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}
