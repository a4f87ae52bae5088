import { useLayoutEffect, useRef } from "react";
import type { RefObject } from "react";

/** The row that had the focus when it was taken out, until it is drawn again or the moment has passed. */
let lost: string | null = null;

/**
 * Keeps the focus with a row that goes to another group, where it is drawn anew: who paused it by a key
 * can resume it by the same.
 */
export function useKeptFocus<E extends HTMLElement>(id: string): RefObject<E | null> {
  const element = useRef<E>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (lost === id) current?.focus({ preventScroll: true });
    return () => {
      if (current === null || document.activeElement !== current) return;
      lost = id;
      setTimeout(() => {
        if (lost === id) lost = null;
      });
    };
  }, [id]);
  return element;
}
