import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { offeredActions } from "../data/offered-actions.ts";
import { RowActions } from "./row-actions.tsx";
import { useActOn } from "./use-act-on.ts";

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

/** What rows have in common: icon, name, actions; a click anywhere opens the details. */
export function RowShell({
  job,
  first,
  last,
  icon,
  tone = "plain",
  aside,
  children,
  prominent = false,
}: RowShellProps) {
  const link = useRef<HTMLAnchorElement>(null);
  const act = useActOn(job);

  const openFromAnywhere = (event: MouseEvent<HTMLElement>): void => {
    if (!(event.target instanceof Element) || event.target.closest("a, button, [role='menu']") !== null)
      return;
    // Marking text in a row should not open it.
    if (window.getSelection()?.isCollapsed === false) return;
    link.current?.click();
  };
  const actByKey = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== link.current) return;
    const { main } = offeredActions(job);
    if (event.key === " " && main !== null) act(main);
    else if (event.key === "Delete") act("remove");
    else return;
    event.preventDefault();
  };

  return (
    <article
      className="row"
      data-first={first || undefined}
      data-last={last || undefined}
      data-status={job.status}
      aria-label={job.name}
      onClick={openFromAnywhere}
      onKeyDown={actByKey}
    >
      <div className="row__icon" data-tone={tone} aria-hidden>
        {icon}
      </div>
      <div className="row__body">
        <div className="row__head">
          <Link
            ref={link}
            to="."
            search={(before) => ({ ...before, job: job.id })}
            className="row__name truncate"
            title={job.name}
            data-row-focus=""
          >
            {job.name}
          </Link>
          {aside}
        </div>
        {children}
      </div>
      <RowActions job={job} prominent={prominent} />
    </article>
  );
}
