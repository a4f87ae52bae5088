/** Dragging a waiting row to another place in the queue, by mouse, pen or finger. */
import type { MoveTarget } from "../../../src/job/plan-move.ts";

/** On the rows that can be dragged and dropped on: the id of the job. */
export const QUEUED = "data-queued";

/** So near to the edge of the window the page scrolls. Pixels. */
const EDGE_PX = 72;
/** Pixels a frame at the very edge. */
const FASTEST_PX = 22;

interface Spot {
  row: HTMLElement;
  side: "before" | "behind";
}

/**
 * Follows the pointer until it is let go, or Escape gives it up.
 *
 * @param drop called with the place it was let go at, unless that is the row itself
 */
export function dragRow(row: HTMLElement, pointerY: number, drop: (target: MoveTarget) => void): void {
  const id = row.getAttribute(QUEUED);
  const over = new AbortController();
  const { signal } = over;
  const mark = new Mark();
  let y = pointerY;
  const follow = (): void => mark.show(spotAt(row, y));
  const end = (): void => {
    over.abort();
    mark.show(null);
    row.removeAttribute("data-dragged");
    document.body.removeAttribute("data-dragging");
  };
  const scroll = (): void => {
    if (signal.aborted) return;
    const speed = scrollSpeed(y, window.innerHeight);
    if (speed !== 0) {
      window.scrollBy(0, speed);
      follow();
    }
    requestAnimationFrame(scroll);
  };

  row.setAttribute("data-dragged", "");
  document.body.setAttribute("data-dragging", "");
  document.addEventListener(
    "pointermove",
    (event) => {
      y = event.clientY;
      follow();
    },
    { signal },
  );
  document.addEventListener(
    "pointerup",
    () => {
      const { spot } = mark;
      const other = spot?.row.getAttribute(QUEUED) ?? null;
      end();
      if (other !== null && other !== id)
        drop(spot?.side === "before" ? { before: other } : { behind: other });
    },
    { signal },
  );
  document.addEventListener("pointercancel", end, { signal });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      end();
    },
    { signal, capture: true },
  );
  requestAnimationFrame(scroll);
}

/** Shows where the row would go. */
class Mark {
  spot: Spot | null = null;

  show(next: Spot | null): void {
    if (this.spot?.row === next?.row && this.spot?.side === next?.side) return;
    this.spot?.row.removeAttribute("data-drop");
    this.spot = next;
    this.spot?.row.setAttribute("data-drop", this.spot.side);
  }
}

/** Between which rows the pointer is: how far to the side it strays does not matter. */
function spotAt(row: HTMLElement, y: number): Spot | null {
  const { left, width } = row.getBoundingClientRect();
  const under = document
    .elementsFromPoint(left + width / 2, y)
    .map((element) => element.closest<HTMLElement>(`[${QUEUED}]`))
    .find((found) => found !== null);
  if (under === undefined) return null;
  const { top, height } = under.getBoundingClientRect();
  return { row: under, side: y < top + height / 2 ? "before" : "behind" };
}

/** Pixels a frame; below 0 upwards. */
export function scrollSpeed(y: number, windowHeight: number): number {
  const above = EDGE_PX - y;
  const below = y - (windowHeight - EDGE_PX);
  const near = Math.max(above, below);
  if (near <= 0) return 0;
  const speed = Math.min(1, near / EDGE_PX) * FASTEST_PX;
  return above > below ? -speed : speed;
}
