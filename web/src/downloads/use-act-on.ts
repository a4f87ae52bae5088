import { useMay } from "../access/may.tsx";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { useJobAction } from "../data/use-job-actions.ts";
import { useRemoveJobs } from "../data/use-remove-jobs.ts";
import { useIsAway } from "../data/use-live.ts";
import { askToRemove } from "./ask-to-remove.tsx";
import { canBeTakenBack, removalAsk } from "./removal-words.ts";
import { t } from "../words/words.ts";

/** Does what is asked of a job; asks back where nothing brings back what is removed, and lets the rest be taken back. */
export function useActOn(job: JobMessage): (action: JobAction) => void {
  const { mutate } = useJobAction(job.id);
  const remove = useRemoveJobs();
  const away = useIsAway();
  const may = useMay("POST /jobs/actions");
  return (action) => {
    if (away || !may) return;
    if (action === "remove" && canBeTakenBack(job)) return remove(removalAsk([job]));
    const doIt = (): void => mutate({ action, job });
    if (action !== "remove") return doIt();
    askToRemove({ title: t("Remove {name}?", { name: job.name }), jobs: [job], act: doIt });
  };
}
