/** What can be asked of a group: shown as done at once, and taken back with a word where the server refuses. */
import { useIsMutating, useMutation, useQueryClient } from "@tanstack/react-query";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { GroupAction, GroupMessage } from "../../../src/wire/groups.ts";
import { describeError } from "../data/describe-error.ts";
import { foreseeAction } from "../data/foresee-action.ts";
import type { Foreseen } from "../data/foresee-action.ts";
import { useServer } from "../data/server.tsx";
import { refusalSentence } from "../data/use-job-actions.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { t } from "../words/words.ts";
import { GROUPS_QUERY } from "./use-groups.ts";

const FAILED: Record<GroupAction, string> = {
  pause: t("Pausing did not work"),
  resume: t("Resuming did not work"),
  now: t("Letting it run now did not work"),
  cancel: t("Cancelling did not work"),
  retry: t("Retrying did not work"),
};

type Known = Pick<GroupMessage, "id" | "name" | "counts">;

export function useGroupAction({ id, name, counts }: Known) {
  const { client, live } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationKey: ["group", id],
    onMutate: (action: GroupAction) =>
      live.expect(foreseeAll(id, action, counts.FAILED > 0, live.getSnapshot().jobs)),
    mutationFn: (action: GroupAction) => client.groups.act(id, action),
    onSuccess: ({ refused }, action, expectation) => {
      expectation.done();
      if (refused.length > 0) tellProblem(`${FAILED[action]}: ${name}`, refusalSentence(refused));
      void queries.invalidateQueries({ queryKey: GROUPS_QUERY });
    },
    onError: (error, action, expectation) => {
      expectation?.undo();
      tellProblem(`${FAILED[action]}: ${name}`, describeError(error).message);
    },
  });
}

/** Whether something is being asked of it. */
export function useIsGroupActing(id: string): boolean {
  return useIsMutating({ mutationKey: ["group", id] }) > 0;
}

/** The server leaves those alone that an action makes no sense for; of a group with failures only they are tried again. */
function foreseeAll(
  group: string,
  action: GroupAction,
  hasFailed: boolean,
  jobs: ReadonlyMap<string, JobMessage>,
): Map<string, Foreseen> {
  const foreseen = new Map<string, Foreseen>();
  for (const job of jobs.values()) {
    if (!job.groups.includes(group)) continue;
    if (action === "retry" && hasFailed && job.status !== "FAILED") continue;
    const change = foreseeAction(job, action);
    if (change !== null) foreseen.set(job.id, change);
  }
  return foreseen;
}

export type GroupRemoval = "remove" | "keep";

export function useRemoveGroup({ id, name }: Pick<GroupMessage, "id" | "name">) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationKey: ["group", id],
    mutationFn: (jobs: GroupRemoval) => client.groups.remove(id, jobs),
    onSuccess: async (_, jobs) => {
      await queries.invalidateQueries({ queryKey: GROUPS_QUERY });
      if (jobs === "keep")
        tell(t("{name} is no group any more", { name }), t("Its downloads stay in the list."));
      else tell(t("{name} removed from the list", { name }), t("Finished files stay where they are."));
    },
    onError: (error) => tellProblem(`${t("Removing did not work")}: ${name}`, describeError(error).message),
  });
}
