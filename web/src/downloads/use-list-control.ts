import { useEffect, useMemo, useRef, useState } from "react";
import { isNarrowed } from "../data/group-jobs.ts";
import type { JobFilter, JobGroups } from "../data/group-jobs.ts";
import { orderOf } from "../groups/fold-groups.ts";
import type { Folded } from "../groups/fold-groups.ts";
import { useMoveJob } from "../data/use-move-job.ts";
import { Selection } from "./selection.ts";
import { shownIds } from "./show.ts";
import { groupOfKey } from "./use-list.ts";
import type { ListControl } from "./use-list.ts";
import { useRemoveSelected } from "./use-remove-selected.ts";

/** The same object from drawing to drawing: rows are not drawn again for it. */
export function useListControl(shown: JobGroups, folded: Folded, filter: JobFilter): ListControl {
  const [selection] = useState(() => new Selection());
  const { mutate } = useMoveJob();
  const remove = useRemoveSelected(selection);
  const latest = useRef({ folded, filter, mutate, remove });
  useEffect(() => {
    latest.current = { folded, filter, mutate, remove };
  });
  useEffect(() => selection.keepOnly(shownIds(shown)), [selection, shown]);
  return useMemo(
    (): ListControl => ({
      selection,
      order: () => orderOf(latest.current.folded),
      queue: () => {
        const { filter: now, folded: list } = latest.current;
        return isNarrowed(now) || now.sort !== "queue" ? null : list.rest.waiting;
      },
      move: (id, target) => latest.current.mutate({ id, target }),
      extendTo: (row) => {
        const { folded: list } = latest.current;
        const group = groupOfKey(row);
        if (group === null) selection.extendTo(row, orderOf(list));
        else selection.setAll(list.members.get(group) ?? [], true);
      },
      removeSelected: (which) => latest.current.remove(which),
    }),
    [selection],
  );
}
