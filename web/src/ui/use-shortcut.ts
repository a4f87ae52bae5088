/** Single keys that work anywhere on the page, but never while somebody types or a dialog is open. */
import { useEffect, useRef } from "react";

export function useShortcut(key: string, act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return;
      if (isElsewhere(event.target)) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [key]);
}

/** In a field, or in a dialog or menu: these hold the focus while they are open. */
export function isElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // Nothing can be typed into a box to tick.
  if (target instanceof HTMLInputElement && target.type === "checkbox") return false;
  if (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return target.closest("[role='dialog'], [role='menu']") !== null;
}
