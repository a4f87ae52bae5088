/** What a job is doing, in the words the page shows. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { formatLabels } from "../../../src/job/labels.ts";
import { formatPercent } from "./percent.ts";
import { formatSoon, formatUntil } from "./time.ts";
import { t } from "../words/words.ts";

export interface Words {
  /** One or two words: `Downloading`. */
  label: string;
  /** The rest of the story, or null. */
  detail: string | null;
}

/** The state of a job in words. `now` is for the time to the next try. */
export function jobWords(job: JobMessage, now: number): Words {
  if (job.wish === "cancel") return { label: t("Cancelling"), detail: null };
  if (job.wish === "pause") return { label: t("Pausing"), detail: null };
  switch (job.status) {
    case "RUNNING":
      return job.waiting?.why === "machine" ? machineWords(job, now) : stageWords(job);
    case "PENDING":
      return waitingWords(job, now);
    case "PAUSED":
      return pausedWords(job, now);
    case "HOST_VERIFICATION_NEEDED":
      return { label: t("Host key to check"), detail: job.place.name };
    case "COMPLETE":
      return { label: t("Complete"), detail: null };
    case "FAILED":
      return { label: t("Failed"), detail: job.error?.message ?? null };
    case "CANCELLED":
      return { label: t("Cancelled"), detail: null };
    default:
      throw job.status satisfies never;
  }
}

function stageWords({ progress }: JobMessage): Words {
  const detail = progress.note;
  switch (progress.stage) {
    case null:
      return { label: t("Starting"), detail };
    case "connecting":
      return { label: t("Connecting"), detail };
    case "downloading":
      return { label: t("Downloading"), detail: detail ?? neighbourWords(progress) };
    case "waiting":
      return { label: t("Waiting"), detail };
    case "copying":
      return { label: t("Copying"), detail };
    case "verifying":
      return { label: verifyingLabel(progress), detail };
    case "placing":
      return { label: t("Placing"), detail: detail ?? t("moving the file to its final name") };
    case "reconnecting":
      return { label: t("Reconnecting"), detail: detail ?? t("the command goes on meanwhile") };
    default:
      throw progress.stage satisfies never;
  }
}

/** Null: it comes from its origin. */
function neighbourWords({ from_node: name }: JobMessage["progress"]): string | null {
  return name === undefined ? null : t("from {name}, of the same site", { name });
}

function verifyingLabel({ bytes_verified: verified, bytes_total: total }: JobMessage["progress"]): string {
  if (verified === null || total === null || total === 0) return t("Verifying");
  const percent = Math.min(99, Math.floor((100 * verified) / total));
  return t("Verifying {percent}", { percent: formatPercent(percent) });
}

function waitingWords(job: JobMessage, now: number): Words {
  if (job.waiting?.why === "window") return windowWords(job, now);
  if (job.waiting?.why === "machine") return machineWords(job, now);
  if (job.retry_at !== null) {
    return {
      label: t("Retry {when}", { when: formatUntil(job.retry_at, now) }),
      detail: job.error?.message ?? null,
    };
  }
  return { label: t("Waiting"), detail: waitingDetail(job) };
}

function waitingDetail({ waiting }: JobMessage): string | null {
  if (waiting?.why === "after") return t("for another download to end");
  if (waiting?.why !== "site") return null;
  const { node: name = "", site = "" } = waiting;
  return t("for machine {name}, which fetches it for site {site}", { name, site });
}

/** Only the machine whose disk it is for can run it; what is for an instance, only one that may. */
function machineWords({ waiting }: JobMessage, now: number): Words {
  const { machine = "away", node: name = "", since, needs = {} } = waiting ?? {};
  switch (machine) {
    case "away":
      return {
        label: t("Machine away"),
        detail:
          since === undefined
            ? t("Its machine {name} is not there.", { name })
            : t("Its machine {name} is away since {hour}.", { name, hour: formatSoon(since, now) }),
      };
    case "draining":
      return { label: t("Machine rests"), detail: t("Its machine {name} takes up nothing new.", { name }) };
    case "missing":
      return {
        label: t("No machine for it"),
        detail:
          Object.keys(needs).length === 0
            ? t("No machine takes up jobs at present.")
            : t("No machine that takes up jobs has {labels}.", { labels: formatLabels(needs) }),
      };
    default:
      throw machine satisfies never;
  }
}

function windowWords({ waiting }: JobMessage, now: number): Words {
  const until = waiting?.until ?? null;
  return {
    label: t("Outside its hours"),
    detail:
      until === null
        ? t("Downloads are switched off.")
        : t("Until {hour}; then it goes on by itself.", { hour: formatSoon(until, now) }),
  };
}

function pausedWords(job: JobMessage, now: number): Words {
  const { paused } = job;
  if (paused === null) return { label: t("Paused"), detail: null };
  switch (paused.why) {
    case "person":
      return { label: t("Paused"), detail: paused.note };
    case "no_space":
      return {
        label: t("Disk full"),
        detail: t("{why} It goes on by itself when space returns.", {
          why: sentence(paused.note ?? t("There is not enough space")),
        }),
      };
    case "window":
      return windowWords(job, now);
    default:
      throw paused.why satisfies never;
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
