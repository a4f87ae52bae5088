import { Loader } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { t } from "../words/words.ts";
import "./badge.css";

export interface StateLook {
  label: string;
  tone: "plain" | "accent" | "ok" | "warn" | "bad";
}

interface StateBadgeProps extends StateLook {
  /** The download behind it: then it leads to its details. */
  jobId: string | null;
  /** While something moves. */
  spins?: boolean;
}

/** The state of a thing that is downloaded, in a word or two. */
export function StateBadge({ label, tone, jobId, spins = false }: StateBadgeProps) {
  const inside = (
    <>
      {spins && <Loader size={11} color="currentColor" aria-hidden />}
      {label}
    </>
  );
  if (jobId === null) {
    return (
      <span className="badge" data-tone={tone}>
        {inside}
      </span>
    );
  }
  return (
    <Link
      to="."
      search={(before) => ({ ...before, job: jobId })}
      resetScroll={false}
      className="badge badge_link"
      data-tone={tone}
      aria-label={t("{label}: show the details of the download", { label })}
    >
      {inside}
    </Link>
  );
}
