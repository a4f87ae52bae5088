/** What rows need to know of their list: the selection, the order, and what is done to many. */
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { MoveTarget } from "../../../src/job/plan-move.ts";
import type { Which } from "../data/use-job-actions.ts";
import { Selection } from "./selection.ts";
import type { Selected } from "./selection.ts";

export interface ListControl {
  selection: Selection;
  /** Ids in the order they are shown; asked when something is done, not when something is drawn. */
  order: () => readonly string[];
  /** Ids of those that wait in the queue's own order; null while the list is sorted or narrowed. */
  queue: () => readonly string[] | null;
  move: (id: string, target: MoveTarget) => void;
  /** To a row from where the last one was selected; a group stands for its downloads. */
  extendTo: (row: string) => void;
  /** Removes what is selected, or what the server finds beyond it. */
  removeSelected: (which?: Which) => void;
}

/** Of rows that stand alone. */
const NONE: ListControl = {
  selection: new Selection(),
  order: () => [],
  queue: () => null,
  move: () => {},
  extendTo: () => {},
  removeSelected: () => {},
};

const GROUP = "group:";

/** What names a group among the rows. */
export function groupKey(id: string): string {
  return GROUP + id;
}

/** The group that a row is; null: it is a download. */
export function groupOfKey(row: string): string | null {
  return row.startsWith(GROUP) ? row.slice(GROUP.length) : null;
}

const ListContext = createContext<ListControl>(NONE);
export const ListProvider = ListContext.Provider;

const RemovingContext = createContext(false);
export const RemovingProvider = RemovingContext.Provider;

/** Whether rows are removed one by one: then each has that button and no other. */
export function useIsRemoving(): boolean {
  return useContext(RemovingContext);
}

export function useList(): ListControl {
  return useContext(ListContext);
}

/** Of one row: it alone is drawn again. */
export function useIsSelected(id: string): boolean {
  const { selection } = useList();
  return useSyncExternalStore(
    selection.subscribe,
    useCallback(() => selection.getSnapshot().ids.has(id), [selection, id]),
  );
}

export function useSelected(): Selected {
  const { selection } = useList();
  return useSyncExternalStore(selection.subscribe, selection.getSnapshot);
}
