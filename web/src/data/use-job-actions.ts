/** What a person can ask of jobs, with what is said when it goes wrong. */
import { useIsMutating, useMutation } from "@tanstack/react-query";
import type { JobMessage, Status } from "../../../src/wire/job-message.ts";
import type { JobAction, JobActionsAnswer } from "../../../src/wire/requests.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { describeError } from "./describe-error.ts";
import { useServer } from "./server.tsx";

const VERB: Record<JobAction, string> = {
  pause: "Pausing",
  resume: "Resuming",
  cancel: "Cancelling",
  retry: "Retrying",
  remove: "Removing",
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
      tellProblem(`${VERB[action]} ${job.name} did not work`, describeError(error).message),
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
    onError: (error, { action }) =>
      tellProblem(`${VERB[action]} did not work`, describeError(error).message, "many-jobs"),
  });
}

function refusalSentence(refused: JobActionsAnswer["refused"]): string {
  const [first] = refused;
  if (first === undefined) return "";
  return refused.length === 1
    ? `One could not: ${first.message}`
    : `${refused.length} could not: ${first.message}`;
}
