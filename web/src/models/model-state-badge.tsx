import { Link } from "@tanstack/react-router";
import { useNow } from "../data/use-now.ts";
import { jobWords } from "../format/job-words.ts";
import { formatPercent } from "../format/percent.ts";
import type { ModelState } from "./model-state.ts";
import "../ui/badge.css";

/** A model's state in a word or two; where there is a download, a link to its details. */
export function ModelStateBadge({ state }: { state: ModelState }) {
  const counting = "job" in state && state.job.retry_at !== null;
  const { label, tone } = lookOf(state, useNow(counting ? "second" : "never"));
  if (!("job" in state)) {
    return (
      <span className="badge" data-tone={tone}>
        {label}
      </span>
    );
  }
  const { id } = state.job;
  return (
    <Link
      to="."
      search={(before) => ({ ...before, job: id })}
      resetScroll={false}
      className="badge badge_link"
      data-tone={tone}
      aria-label={`${label}: show the details of the download`}
    >
      {label}
    </Link>
  );
}

function lookOf(state: ModelState, now: number): { label: string; tone: string } {
  switch (state.kind) {
    case "absent":
      return { label: "Not here", tone: "plain" };
    case "partial":
      return { label: "Partial", tone: "plain" };
    case "present":
      return { label: "Here", tone: "ok" };
    case "failed":
      return { label: "Failed", tone: "bad" };
    case "waiting":
      return { label: jobWords(state.job, now).label, tone: "plain" };
    case "paused":
      return { label: jobWords(state.job, now).label, tone: "warn" };
    case "active": {
      const { label } = jobWords(state.job, now);
      const { percent } = state.job.progress;
      const plain = label === "Downloading" && percent !== null;
      return { label: plain ? formatPercent(percent) : label, tone: "accent" };
    }
    default:
      throw state satisfies never;
  }
}
