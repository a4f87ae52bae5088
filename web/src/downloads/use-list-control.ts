import { useEffect, useMemo, useRef, useState } from "react";
import { isNarrowed } from "../data/group-jobs.ts";
import type { JobFilter, JobGroups } from "../data/group-jobs.ts";
import { useMoveJob } from "../data/use-move-job.ts";
import { Selection } from "./selection.ts";
import { shownIds } from "./show.ts";
import type { ListControl } from "./use-list.ts";
import { useRemoveSelected } from "./use-remove-selected.ts";

/** The same object from drawing to drawing: rows are not drawn again for it. */
export function useListControl(shown: JobGroups, filter: JobFilter): ListControl {
  const [selection] = useState(() => new Selection());
  const { mutate } = useMoveJob();
  const remove = useRemoveSelected(selection);
  const latest = useRef({ shown, filter, mutate, remove });
  useEffect(() => {
    latest.current = { shown, filter, mutate, remove };
  });
  useEffect(() => selection.keepOnly(shownIds(shown)), [selection, shown]);
  return useMemo(
    (): ListControl => ({
      selection,
      order: () => shownIds(latest.current.shown),
      queue: () => {
        const { filter: now, shown: groups } = latest.current;
        return isNarrowed(now) || now.sort !== "queue" ? null : groups.waiting;
      },
      move: (id, target) => latest.current.mutate({ id, target }),
      removeSelected: (which) => latest.current.remove(which),
    }),
    [selection],
  );
}
