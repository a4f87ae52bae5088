/** Pasting and dropping anywhere on the page, but where that means something else already. */
import { useEffect, useRef, useState } from "react";
import { isElsewhere } from "../ui/use-shortcut.ts";

type Take = (data: DataTransfer) => void;

/** Never while somebody writes into a field or a dialog is open. */
export function usePasteAnywhere(take: Take): void {
  const latest = useLatest(take);
  useEffect(() => {
    const listen = (event: ClipboardEvent): void => {
      if (event.clipboardData === null || event.defaultPrevented || isElsewhere(event.target)) return;
      event.preventDefault();
      latest.current(event.clipboardData);
    };
    document.addEventListener("paste", listen);
    return () => document.removeEventListener("paste", listen);
  }, [latest]);
}

const TYPES = ["Files", "text/uri-list", "text/plain"];

/** Files and links from outside. Answers whether something that can be dropped is over the page. */
export function useDropAnywhere(take: Take): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useLatest(take);
  useEffect(() => {
    // What is dragged on the page itself (rows, links) is the page's own business.
    let isOwn = false;
    const wantedOf = ({ dataTransfer, target }: DragEvent): DataTransfer | null => {
      if (isOwn || dataTransfer === null) return null;
      if (!TYPES.some((type) => dataTransfer.types.includes(type))) return null;
      // Text belongs where a field is.
      const inField = target instanceof HTMLElement && target.closest("input, textarea") !== null;
      return inField && !dataTransfer.types.includes("Files") ? null : dataTransfer;
    };
    const over = (event: DragEvent): void => {
      const data = wantedOf(event);
      if (data === null) return;
      event.preventDefault();
      data.dropEffect = "copy";
      setOver(true);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      const data = wantedOf(event);
      if (data === null || event.defaultPrevented) return;
      event.preventDefault();
      latest.current(data);
    };
    const listeners: Record<string, (event: DragEvent) => void> = {
      dragstart: () => {
        isOwn = true;
      },
      dragend: () => {
        isOwn = false;
      },
      // A drag whose row went away meanwhile has no end.
      pointerdown: () => {
        isOwn = false;
      },
      dragenter: over,
      dragover: over,
      // Towards nothing: out of the window.
      dragleave: ({ relatedTarget }) => {
        if (relatedTarget === null) setOver(false);
      },
      drop,
    };
    const all = Object.entries(listeners) as [keyof DocumentEventMap, EventListener][];
    for (const [name, listen] of all) document.addEventListener(name, listen);
    return () => {
      for (const [name, listen] of all) document.removeEventListener(name, listen);
    };
  }, [latest]);
  return isOver;
}

function useLatest(take: Take) {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  return latest;
}
