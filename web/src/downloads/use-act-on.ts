import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { bytesLostByRemoving } from "../data/offered-actions.ts";
import { useJobAction } from "../data/use-job-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { confirmLoss } from "../ui/confirm-loss.tsx";

/** Does what is asked of a job; asks back only where bytes would be lost. */
export function useActOn(job: JobMessage): (action: JobAction) => void {
  const { mutate } = useJobAction(job.id);
  const away = useIsAway();
  return (action) => {
    if (away) return;
    confirmLoss({
      title: `Remove ${job.name}?`,
      bytes: action === "remove" ? bytesLostByRemoving(job) : 0,
      doIt: "Remove",
      act: () => mutate({ action, job }),
    });
  };
}
