import { useMay } from "../access/may.tsx";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { bytesLostByRemoving } from "../data/offered-actions.ts";
import { useJobAction } from "../data/use-job-actions.ts";
import { useRemoveJobs } from "../data/use-remove-jobs.ts";
import { useIsAway } from "../data/use-live.ts";
import { confirmLoss } from "../ui/confirm-loss.tsx";
import { canBeTakenBack, removalAsk } from "./removal-words.ts";
import { t } from "../words/words.ts";

/** Does what is asked of a job; asks back only where bytes would be lost, and lets the rest be taken back. */
export function useActOn(job: JobMessage): (action: JobAction) => void {
  const { mutate } = useJobAction(job.id);
  const remove = useRemoveJobs();
  const away = useIsAway();
  const may = useMay("POST /jobs/actions");
  return (action) => {
    if (away || !may) return;
    if (action === "remove" && canBeTakenBack(job)) return remove(removalAsk([job]));
    confirmLoss({
      title: t("Remove {name}?", { name: job.name }),
      bytes: action === "remove" ? bytesLostByRemoving(job) : 0,
      doIt: t("Remove"),
      act: () => mutate({ action, job }),
    });
  };
}
