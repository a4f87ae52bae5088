import { useEffect } from "react";
import { undoLastRemoval } from "../data/use-remove-jobs.ts";
import { isElsewhere } from "../ui/use-shortcut.ts";
import { useList } from "./use-list.ts";

/** Keys for all rows at once: all of them, none of them, take back. */
export function useListKeys(): void {
  const { selection, order } = useList();
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.shiftKey || isElsewhere(event.target)) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key === "a") selection.selectAll(order());
      else if (command && event.key === "z") undoLastRemoval();
      else if (!command && event.key === "Escape" && !selection.isEmpty) selection.clear();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [selection, order]);
}
