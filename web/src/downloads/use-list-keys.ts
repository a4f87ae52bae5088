import { useEffect } from "react";
import { useMay } from "../access/may.tsx";
import { undoLastRemoval } from "../data/use-remove-jobs.ts";
import { isElsewhere } from "../ui/use-shortcut.ts";
import { enterRows, ROW_LIST } from "./row-keys.ts";
import { useList } from "./use-list.ts";

/** Keys for all rows at once: all of them, none of them, take back; arrows lead to the first or last of them. */
export function useListKeys(): void {
  const { selection, order } = useList();
  const may = useMay("POST /jobs/actions");
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.shiftKey || isElsewhere(event.target)) return;
      const command = event.ctrlKey || event.metaKey;
      if (!command && isNowhere() && goIn(event.key)) return event.preventDefault();
      if (command && event.key === "a" && may) selection.selectAll(order());
      else if (command && event.key === "z") undoLastRemoval();
      else if (!command && event.key === "Escape" && !selection.isEmpty) selection.clear();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [selection, order, may]);
}

const STEP: Readonly<Record<string, -1 | 1>> = { ArrowDown: 1, ArrowUp: -1 };

function goIn(key: string): boolean {
  const step = STEP[key];
  const list = document.querySelector<HTMLElement>(`[${ROW_LIST}]`);
  return step !== undefined && list !== null && enterRows(list, step);
}

/** Nothing has the focus, or the content as a whole; who clicked into that goes on scrolling by arrow. */
function isNowhere(): boolean {
  const { activeElement: now } = document;
  return now === null || now === document.body || (now.id === "main" && now.matches(":focus-visible"));
}
