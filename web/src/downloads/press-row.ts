/**
 * A finger takes hold of a row by resting on its grip. Not on the row itself: its name is a link that covers it, and for a
 * long press on a link every phone has a menu of its own.
 */
import { DRAGGING } from "./drag-row.ts";

/** A finger that rests so long means to lift. Shorter than what phones wait for before they open a menu. Milliseconds. */
const REST_MS = 350;
/** A resting finger strays no further. Pixels. */
const STRAY_PX = 8;

/** Lifts once the finger has rested. One that moves before scrolls the page, as anywhere else. */
export function afterRest(down: PointerEvent, lift: () => void): void {
  const over = new AbortController();
  const giveUp = (): void => {
    clearTimeout(timer);
    over.abort();
  };
  const timer = setTimeout(() => {
    over.abort();
    lift();
  }, REST_MS);
  const options = { signal: over.signal, capture: true };
  document.addEventListener(
    "pointermove",
    ({ clientX, clientY }) => {
      if (Math.hypot(clientX - down.clientX, clientY - down.clientY) > STRAY_PX) giveUp();
    },
    options,
  );
  for (const type of ["pointerup", "pointercancel", "pointerdown"] as const)
    document.addEventListener(type, giveUp, options);
}

/**
 * For a grip: while a row is lifted, the finger that holds it does not scroll. Told to the browser before any finger
 * comes, else it would not wait for the answer. The listener goes with its element: one that leaves a long list while its
 * row is dragged is still the one the finger began on.
 */
export function holdPage(grip: HTMLElement | null): void {
  grip?.addEventListener(
    "touchmove",
    (event) => {
      if (event.cancelable && document.body.hasAttribute(DRAGGING)) event.preventDefault();
    },
    { passive: false },
  );
}
