import type { KeyboardEvent, MouseEvent } from "react";
import { useMay } from "../access/may.tsx";
import type { MoveTarget } from "../../../src/job/plan-move.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { offeredActions } from "../data/offered-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { handleRowKey } from "./row-keys.ts";
import { useActOn } from "./use-act-on.ts";
import { useList } from "./use-list.ts";

/** What the keys and the mouse do on a row. */
export function useRowKeys(job: JobMessage) {
  const { selection, order, queue, move, extendTo, removeSelected } = useList();
  const act = useActOn(job);
  const away = useIsAway();
  const may = useMay("POST /jobs/actions");
  const { main } = offeredActions(job);
  const { id } = job;
  return {
    onKeyDown: (event: KeyboardEvent<HTMLElement>): void => {
      const waiting = away || !may ? null : queue();
      handleRowKey(event, {
        main: () => (main === null ? undefined : act(main)),
        remove: () => (selection.isEmpty ? act("remove") : removeSelected()),
        toggle: () => may && selection.toggle(id),
        extendTo: (other) => {
          if (!may) return;
          if (selection.isEmpty) selection.toggle(id);
          extendTo(other);
        },
        move:
          waiting === null || !waiting.includes(id)
            ? null
            : (step, toEnd) => {
                const target = targetOf(waiting, id, step, toEnd);
                if (target !== null) move(id, target);
              },
        isSelecting: !selection.isEmpty,
      });
    },
    onClick: (event: MouseEvent<HTMLElement>): void => {
      const many = event.ctrlKey || event.metaKey;
      // Once rows are selected, a finger that has no keys selects more.
      if (!may || (!many && !event.shiftKey && selection.isEmpty)) return;
      event.preventDefault();
      if (event.shiftKey) selection.extendTo(id, order());
      else selection.toggle(id);
    },
  };
}

/** One place further, or to the end; null at the end already. */
export function targetOf(
  queue: readonly string[],
  id: string,
  step: -1 | 1,
  toEnd: boolean,
): MoveTarget | null {
  const neighbour = queue[queue.indexOf(id) + step];
  if (neighbour === undefined) return null;
  if (toEnd) return { to: step < 0 ? "top" : "bottom" };
  return step < 0 ? { before: neighbour } : { behind: neighbour };
}
