import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMay } from "../access/may.tsx";
import { SAME_PLACE } from "../ui/focus/keep-focus.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { RowActions } from "./row-actions.tsx";
import { QUEUED, ROW_FOCUS } from "./row-keys.ts";
import { RowGrip, RowMark } from "./row-mark.tsx";
import { useIsSelected } from "./use-list.ts";
import { useRowKeys } from "./use-row-keys.ts";

export interface RowProps {
  job: JobMessage;
  first: boolean;
  last: boolean;
  /** In the queue, from 1; null for what does not wait in it, or while the list has another order. */
  position?: number | null;
}

interface RowShellProps extends RowProps {
  icon: ReactNode;
  tone?: "accent" | "ok" | "warn" | "bad" | "plain";
  /** Beside the name: percent, time. */
  aside?: ReactNode;
  /** Below the name. */
  children?: ReactNode;
  /** The main action as a button with its word on it. */
  prominent?: boolean;
  /** Before the actions: what helps. */
  remedy?: ReactNode;
}

/** What rows have in common: icon, name, actions; the link of the name covers the row. */
export function RowShell(props: RowShellProps) {
  const {
    job,
    first,
    last,
    position = null,
    icon,
    tone = "plain",
    aside,
    children,
    prominent = false,
    remedy,
  } = props;
  const selected = useIsSelected(job.id);
  const mayMove = useMay("POST /jobs/actions");
  return (
    <article
      className="row"
      {...{ [SAME_PLACE]: job.id }}
      {...(position === null ? {} : { [QUEUED]: job.id })}
      data-selected={selected || undefined}
      data-first={first || undefined}
      data-last={last || undefined}
      data-status={job.status}
      aria-label={job.name}
    >
      {mayMove && position !== null && <RowGrip id={job.id} />}
      <RowMark id={job.id} name={job.name} tone={tone} icon={icon} />
      <div className="row__body">
        <div className="row__head">
          <RowName job={job} />
          {aside}
        </div>
        {children}
      </div>
      <RowActions job={job} prominent={prominent} queued={position !== null} remedy={remedy} />
    </article>
  );
}

function RowName({ job }: { job: JobMessage }) {
  const { onKeyDown, onClick } = useRowKeys(job);
  const navigate = useNavigate();
  return (
    // Not the router's own link: that works out an address anew for each row it draws, and again for each it leaves.
    <a
      href={`#/downloads?job=${job.id}`}
      className="row__name"
      {...{ [ROW_FOCUS]: job.id }}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        onClick(event);
        if (event.defaultPrevented || event.altKey) return;
        event.preventDefault();
        void navigate({ to: ".", search: (before) => ({ ...before, job: job.id }), resetScroll: false });
      }}
    >
      <span className="truncate" title={job.name} dir="auto">
        {job.name}
      </span>
    </a>
  );
}
