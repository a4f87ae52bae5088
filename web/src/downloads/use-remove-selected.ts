import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useServer } from "../data/server.tsx";
import { useManyJobsAction } from "../data/use-job-actions.ts";
import type { Which } from "../data/use-job-actions.ts";
import { useRemoveJobs } from "../data/use-remove-jobs.ts";
import { askToRemove } from "./ask-to-remove.tsx";
import { canBeTakenBack, removalAsk } from "./removal-words.ts";
import type { Selection } from "./selection.ts";
import { t, tn } from "../words/words.ts";

/** Removes what is selected, or what `which` finds beyond it. */
export function useRemoveSelected(selection: Selection): (which?: Which) => void {
  const { live } = useServer();
  const many = useManyJobsAction();
  const remove = useRemoveJobs();
  return (which) => {
    const { jobs } = live.getSnapshot();
    const selected = [...selection.getSnapshot().ids].flatMap((id): JobMessage[] => {
      const job = jobs.get(id);
      return job === undefined ? [] : [job];
    });
    if (selected.length === 0) return;
    if (selected.every(canBeTakenBack)) {
      selection.clear();
      const ask = removalAsk(selected);
      return remove(
        which === undefined ? ask : { ...ask, which, title: t("All that match removed from the list") },
      );
    }
    askToRemove({
      title:
        which === undefined
          ? tn(selected.length, "Remove {n} download?", "Remove {n} downloads?")
          : t("Remove all that match?"),
      jobs: selected,
      act: () => {
        selection.clear();
        many.mutate({
          action: "remove",
          which: which ?? { ids: selected.map(({ id }) => id) },
          done: (count) => tn(count, "{n} download removed", "{n} downloads removed"),
        });
      },
    });
  };
}
