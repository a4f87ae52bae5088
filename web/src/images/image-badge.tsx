import { useNow } from "../data/use-now.ts";
import { jobWords } from "../format/job-words.ts";
import { formatPercent } from "../format/percent.ts";
import { StateBadge } from "../ui/state-badge.tsx";
import type { StateLook } from "../ui/state-badge.tsx";
import { t } from "../words/words.ts";
import type { ImageView } from "./image-view.ts";

/** The state of an image in a word or two: `45 %` and a spinner while it comes. A link where there is a download. */
export function ImageBadge({ view }: { view: ImageView }) {
  const counting = view.job !== null && view.job.retry_at !== null;
  const { label, tone } = lookOf(view, useNow(counting ? "second" : "never"));
  const isOver = view.kind === "here" || view.kind === "absent" || view.kind === "damaged";
  return (
    <StateBadge
      label={label}
      tone={tone}
      jobId={isOver ? null : (view.job?.id ?? null)}
      spins={view.kind === "active" || view.kind === "verifying"}
    />
  );
}

function lookOf({ kind, percent, job }: ImageView, now: number): StateLook {
  switch (kind) {
    case "absent":
      return { label: t("Not here"), tone: "plain" };
    case "cancelled":
      return { label: t("Cancelled"), tone: "plain" };
    case "here":
      return { label: t("Ready"), tone: "ok" };
    case "damaged":
      return { label: t("Damaged"), tone: "bad" };
    case "failed":
      return { label: t("Failed"), tone: "bad" };
    case "waiting":
      return { label: job === null ? t("Waiting") : jobWords(job, now).label, tone: "plain" };
    case "paused":
      return { label: job === null ? t("Paused") : jobWords(job, now).label, tone: "warn" };
    case "verifying":
      return { label: t("Verifying…"), tone: "accent" };
    case "active": {
      const words = job === null ? null : jobWords(job, now);
      if (job?.retry_at != null && words !== null) return { label: words.label, tone: "warn" };
      return { label: percent === null ? t("Downloading…") : formatPercent(percent), tone: "accent" };
    }
    default:
      throw kind satisfies never;
  }
}
