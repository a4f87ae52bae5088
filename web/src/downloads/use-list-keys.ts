import { useEffect } from "react";
import { useMay } from "../access/may.tsx";
import { undoLastRemoval } from "../data/use-remove-jobs.ts";
import { isElsewhere } from "../ui/use-shortcut.ts";
import { useList } from "./use-list.ts";

/** Keys for all rows at once: all of them, none of them, take back. */
export function useListKeys(): void {
  const { selection, order } = useList();
  const may = useMay("POST /jobs/actions");
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.shiftKey || isElsewhere(event.target)) return;
      const command = event.ctrlKey || event.metaKey;
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
