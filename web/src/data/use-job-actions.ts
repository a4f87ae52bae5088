/** What a person can ask of jobs, with what is said when it goes wrong. */
import { useIsMutating, useMutation } from "@tanstack/react-query";
import type { JobMessage, Status } from "../../../src/wire/job-message.ts";
import type { JobAction, JobActionsAnswer } from "../../../src/wire/requests.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { describeError } from "./describe-error.ts";
import { useServer } from "./server.tsx";
import { t, tn } from "../words/words.ts";

const FAILED: Record<JobAction, string> = {
  pause: t("Pausing did not work"),
  resume: t("Resuming did not work"),
  cancel: t("Cancelling did not work"),
  retry: t("Retrying did not work"),
  remove: t("Removing did not work"),
};

export interface Ask {
  action: JobAction;
  job: JobMessage;
}

/** Asks something of one job; `mutate({action, job})`. */
export function useJobAction(id: string) {
  const { client } = useServer();
  return useMutation({
    mutationKey: ["job", id],
    mutationFn: async ({ action, job }: Ask) => {
      if (action !== "remove") return client.jobs[action](job.id);
      await client.jobs.remove(job.id);
      return job;
    },
    onError: (error, { action, job }) =>
      tellProblem(`${FAILED[action]}: ${job.name}`, describeError(error).message),
  });
}

/** Whether an action on this job is under way. */
export function useIsActing(id: string): boolean {
  return useIsMutating({ mutationKey: ["job", id] }) > 0;
}

export interface AskMany {
  action: JobAction;
  /** All jobs in these states, also those the page does not show; or these very jobs. */
  which: { statuses: Status[] } | { ids: readonly string[] };
  /** What to say when it is done, given how many it was done to. */
  done: (count: number) => string;
}

/** Asks the same of many jobs. */
export function useManyJobsAction() {
  const { client } = useServer();
  return useMutation({
    mutationKey: ["jobs"],
    mutationFn: ({ action, which }: AskMany): Promise<JobActionsAnswer> =>
      client.jobs.actions(
        "ids" in which ? { action, ids: [...which.ids] } : { action, filter: { status: which.statuses } },
      ),
    onSuccess: ({ changed, refused }, { done }) => {
      tell(done(changed.length), refusalSentence(refused), "many-jobs");
    },
    onError: (error, { action }) => tellProblem(FAILED[action], describeError(error).message, "many-jobs"),
  });
}

function refusalSentence(refused: JobActionsAnswer["refused"]): string {
  const [first] = refused;
  if (first === undefined) return "";
  return tn(refused.length, "One could not: {why}", "{n} could not: {why}", { why: first.message });
}
