import { useNow } from "../data/use-now.ts";
import { jobWords } from "../format/job-words.ts";
import { formatPercent } from "../format/percent.ts";
import { StateBadge } from "../ui/state-badge.tsx";
import type { StateLook } from "../ui/state-badge.tsx";
import type { ModelState } from "./model-state.ts";
import { t } from "../words/words.ts";

/** A model's state in a word or two; where there is a download, a link to its details. */
export function ModelStateBadge({ state }: { state: ModelState }) {
  const counting = "job" in state && state.job.retry_at !== null;
  const { label, tone } = lookOf(state, useNow(counting ? "second" : "never"));
  return <StateBadge label={label} tone={tone} jobId={"job" in state ? state.job.id : null} />;
}

function lookOf(state: ModelState, now: number): StateLook {
  switch (state.kind) {
    case "absent":
      return { label: t("Not here"), tone: "plain" };
    case "partial":
      return { label: t("Partial"), tone: "plain" };
    case "present":
      return { label: t("Here"), tone: "ok" };
    case "wrong":
      return { label: t("Wrong bytes"), tone: "bad" };
    case "failed":
      return { label: t("Failed"), tone: "bad" };
    case "asked":
      // As its job will say.
      return { label: t("Waiting"), tone: "plain" };
    case "waiting":
      return { label: jobWords(state.job, now).label, tone: "plain" };
    case "paused":
      return { label: jobWords(state.job, now).label, tone: "warn" };
    case "active": {
      const { label } = jobWords(state.job, now);
      const { status, wish, progress } = state.job;
      const isPlain = status === "RUNNING" && wish === null && progress.stage === "downloading";
      const { percent } = progress;
      return { label: isPlain && percent !== null ? formatPercent(percent) : label, tone: "accent" };
    }
    default:
      throw state satisfies never;
  }
}
