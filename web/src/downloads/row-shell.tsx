import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { offeredActions } from "../data/offered-actions.ts";
import { RowActions } from "./row-actions.tsx";
import { handleRowKey, ROW_FOCUS } from "./row-keys.ts";
import { useActOn } from "./use-act-on.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

export interface RowProps {
  job: JobMessage;
  first: boolean;
  last: boolean;
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
}

/** What rows have in common: icon, name, actions; the link of the name covers the row. */
export function RowShell(props: RowShellProps) {
  const { job, first, last, icon, tone = "plain", aside, children, prominent = false } = props;
  return (
    <article
      className="row"
      data-first={first || undefined}
      data-last={last || undefined}
      data-status={job.status}
      aria-label={job.name}
    >
      <div className="row__icon" data-tone={tone} aria-hidden>
        {icon}
      </div>
      <div className="row__body">
        <div className="row__head">
          <RowName job={job} />
          {aside}
        </div>
        {children}
      </div>
      <RowActions job={job} prominent={prominent} />
    </article>
  );
}

function RowName({ job }: { job: JobMessage }) {
  const act = useActOn(job);
  const link = useKeptFocus<HTMLAnchorElement>(job.id);
  const { main } = offeredActions(job);
  return (
    <Link
      ref={link}
      to="."
      search={(before) => ({ ...before, job: job.id })}
      resetScroll={false}
      className="row__name"
      {...{ [ROW_FOCUS]: "" }}
      onKeyDown={(event) =>
        handleRowKey(event, {
          main: () => (main === null ? undefined : act(main)),
          remove: () => act("remove"),
        })
      }
    >
      <span className="truncate" title={job.name} dir="auto">
        {job.name}
      </span>
    </Link>
  );
}
