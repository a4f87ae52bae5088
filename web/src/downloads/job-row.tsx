import { memo } from "react";
import type { Group } from "../data/group-jobs.ts";
import { useJob } from "../data/use-live.ts";
import { ActiveRow } from "./active-row.tsx";
import { DoneRowView } from "./done-row.tsx";
import { ProblemRow } from "./problem-row.tsx";
import { QuietRow } from "./quiet-row.tsx";
import "./job-row.css";

interface JobRowProps {
  id: string;
  group: Group;
  /** Whether it is at the top or the bottom of its group's box. */
  first: boolean;
  last: boolean;
  position: number | null;
}

/** One job. Drawn again only when this very job changes. */
export const JobRow = memo(function JobRow({ id, group, first, last, position }: JobRowProps) {
  const job = useJob(id);
  if (job === null) return null;
  const edges = { first, last };
  switch (group) {
    case "active":
      return <ActiveRow job={job} {...edges} />;
    case "problem":
      return <ProblemRow job={job} {...edges} />;
    case "waiting":
    case "paused":
      return <QuietRow job={job} {...edges} position={position} />;
    case "done":
      return <DoneRowView job={job} {...edges} />;
    default:
      throw group satisfies never;
  }
});
