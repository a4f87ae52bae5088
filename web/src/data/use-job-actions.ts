/** What a person can ask of jobs: shown as done at once, and taken back with a word where the server refuses. */
import { useIsMutating, useMutation } from "@tanstack/react-query";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction, JobActionsAnswer, JobActionsRequest } from "../../../src/wire/requests.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { describeError } from "./describe-error.ts";
import { foreseeAction } from "./foresee-action.ts";
import type { Foreseen } from "./foresee-action.ts";
import { useServer } from "./server.tsx";
import { t, tn } from "../words/words.ts";

const FAILED: Record<AnyAction, string> = {
  pause: t("Pausing did not work"),
  resume: t("Resuming did not work"),
  now: t("Letting it run now did not work"),
  cancel: t("Cancelling did not work"),
  retry: t("Retrying did not work"),
  remove: t("Removing did not work"),
  move: t("Changing the priority did not work"),
};

type AnyAction = JobActionsRequest["action"];

export interface Ask {
  action: JobAction;
  job: JobMessage;
}

/** Asks something of one job; `mutate({action, job})`. */
export function useJobAction(id: string) {
  const { client, live } = useServer();
  return useMutation({
    mutationKey: ["job", id],
    onMutate: ({ action, job }: Ask) => {
      const foreseen = foreseeAction(job, action);
      return live.expect(new Map(foreseen === null ? [] : [[job.id, foreseen]]));
    },
    mutationFn: async ({ action, job }: Ask) => {
      if (action !== "remove") return client.jobs[action](job.id);
      await client.jobs.remove(job.id);
      return job;
    },
    onSuccess: (_answer, _ask, expectation) => expectation.done(),
    onError: (error, { action, job }, expectation) => {
      expectation?.undo();
      tellProblem(`${FAILED[action]}: ${job.name}`, describeError(error).message);
    },
  });
}

/** Whether an action on this job is under way. */
export function useIsActing(id: string): boolean {
  return useIsMutating({ mutationKey: ["job", id] }) > 0;
}

/** All jobs a filter of the server matches, also those the page does not show; or these very jobs. */
export type Which = Pick<JobActionsRequest, "ids" | "filter">;

export interface AskMany {
  action: AnyAction;
  /** Only of `move`. */
  priority?: number;
  which: Which;
  /** What to say when it is done, given how many it was done to. */
  done: (count: number) => string;
}

/** Asks the same of many jobs. */
export function useManyJobsAction() {
  const { client, live } = useServer();
  return useMutation({
    mutationKey: ["jobs"],
    onMutate: (ask: AskMany) => live.expect(foreseeMany(ask, live.getSnapshot().jobs)),
    mutationFn: ({ action, priority, which }: AskMany): Promise<JobActionsAnswer> =>
      client.jobs.actions({ action, ...(priority === undefined ? {} : { priority }), ...which }),
    onSuccess: ({ changed, refused }, { done }, expectation) => {
      expectation.done();
      tell(done(changed.length), refusalSentence(refused), "many-jobs");
    },
    onError: (error, { action }, expectation) => {
      expectation?.undo();
      tellProblem(FAILED[action], describeError(error).message, "many-jobs");
    },
  });
}

/** Of jobs that are named, what can be told of each; of a filter nothing: the server may find others. */
function foreseeMany(
  { action, priority, which }: AskMany,
  jobs: ReadonlyMap<string, JobMessage>,
): Map<string, Foreseen> {
  const foreseen = new Map<string, Foreseen>();
  for (const id of which.ids ?? []) {
    const job = jobs.get(id);
    if (job === undefined) continue;
    const change = action === "move" ? { priority: priority ?? 0 } : foreseeAction(job, action);
    if (change !== null) foreseen.set(id, change);
  }
  return foreseen;
}

export function refusalSentence(refused: JobActionsAnswer["refused"]): string {
  const [first] = refused;
  if (first === undefined) return "";
  return tn(refused.length, "One could not: {why}", "{n} could not: {why}", { why: first.message });
}
