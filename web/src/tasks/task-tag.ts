/** The tag of a task, in the very words of the old resource queue's page (CONTRACT §5). Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { Sign } from "../ui/tag-sign.tsx";
import { t } from "../words/words.ts";

export interface TaskTag {
  icon: Sign;
  label: string;
  tone: "plain" | "accent" | "ok" | "warn" | "bad";
}

export function taskTag(job: Pick<JobMessage, "status" | "progress">): TaskTag {
  switch (job.status) {
    case "PENDING":
      return { icon: "⏳", label: t("Queued"), tone: "plain" };
    case "RUNNING": {
      const { percent } = job.progress;
      return { icon: "⬇️", label: percent === null ? t("Downloading…") : `${percent}%`, tone: "accent" };
    }
    case "COMPLETE":
      return { icon: "✅", label: t("Complete"), tone: "ok" };
    case "FAILED":
      return { icon: "❌", label: t("Failed"), tone: "bad" };
    case "HOST_VERIFICATION_NEEDED":
      return { icon: "🔐", label: t("Verify Host"), tone: "bad" };
    case "PAUSED":
      return { icon: "⏸️", label: t("Paused"), tone: "warn" };
    case "CANCELLED":
      return { icon: "🚫", label: t("Cancelled"), tone: "plain" };
    default:
      throw job.status satisfies never;
  }
}

/** `Command 2 of 3`; null where there is only one, or none is at work. */
export function commandOf(
  job: Pick<JobMessage, "status" | "step" | "steps">,
): { index: number; count: number } | null {
  const count = job.steps.length;
  if (count < 2 || job.status === "COMPLETE" || job.status === "CANCELLED") return null;
  return { index: Math.min(job.step + 1, count), count };
}

/** What the tool of the command at work says it is at: a file, a model, or its name. */
export function stageOf(job: Pick<JobMessage, "status" | "step" | "steps" | "progress">): string | null {
  if (job.status !== "RUNNING") return null;
  const { command, note } = job.progress;
  const said = command?.filename ?? command?.name ?? null;
  if (said !== null) return said;
  const step = job.steps[job.step];
  return note ?? (step?.kind === "command" ? step.title : null);
}
