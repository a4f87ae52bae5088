/** Dragging a waiting row to another place in the queue, by mouse, pen or finger. */
import type { MoveTarget } from "../../../src/job/plan-move.ts";
import { liftRow } from "./lift-row.ts";
import { QUEUED } from "./row-keys.ts";

/** On the page while a row is dragged. */
export const DRAGGING = "data-dragging";

/** So near to the edge of what is seen of the list the page scrolls. Pixels. */
const EDGE_PX = 72;
/** On a phone the names of the pages stand over the foot of the list. */
const FOOT = ".nav_foot";
/** Pixels a frame at the very edge. */
const FASTEST_PX = 22;

interface Spot {
  row: HTMLElement;
  side: "before" | "behind";
}

/** What holds the row, and where it took hold of it. */
export type Hold = Pick<PointerEvent, "pointerId" | "clientY">;

/**
 * Follows the pointer until it is let go; Escape, another pointer or the browser gives it up.
 *
 * @param drop called with the place it was let go at, unless that is the row itself
 */
export function dragRow(row: HTMLElement, hold: Hold, drop: (target: MoveTarget) => void): void {
  const id = row.getAttribute(QUEUED);
  const { left, width } = row.getBoundingClientRect();
  // Of a long list only a part is drawn: the row itself may go while it is dragged far.
  const middle = left + width / 2;
  const bottom = bottomOfList();
  const over = new AbortController();
  const { signal } = over;
  const mark = new Mark();
  const picture = liftRow(row, hold.clientY);
  let y = hold.clientY;
  const follow = (): void => {
    picture.follow(y);
    mark.show(spotAt(middle, Math.min(y, bottom - 1)));
  };
  const end = (): void => {
    over.abort();
    mark.show(null);
    picture.remove();
    row.removeAttribute("data-dragged");
    document.body.removeAttribute(DRAGGING);
  };
  row.setAttribute("data-dragged", "");
  document.body.setAttribute(DRAGGING, "");
  followHold(hold, signal, {
    move: (to) => {
      y = to;
      follow();
    },
    release: () => {
      const { spot } = mark;
      const other = spot?.row.getAttribute(QUEUED) ?? null;
      end();
      if (other !== null && other !== id)
        drop(spot?.side === "before" ? { before: other } : { behind: other });
    },
    giveUp: end,
  });
  scrollAtEdges(() => scrollSpeed(y, bottom), follow, signal);
}

interface Ways {
  move: (y: number) => void;
  release: () => void;
  giveUp: () => void;
}

function followHold({ pointerId }: Hold, signal: AbortSignal, { move, release, giveUp }: Ways): void {
  const on = (type: "pointermove" | "pointerup" | "pointercancel", act: (event: PointerEvent) => void) =>
    document.addEventListener(
      type,
      (event) => {
        if (event.pointerId === pointerId) act(event);
      },
      { signal },
    );
  on("pointermove", ({ clientY }) => move(clientY));
  on("pointerup", release);
  on("pointercancel", giveUp);
  // Two fingers want something else.
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerId !== pointerId) giveUp();
    },
    { signal, capture: true },
  );
  // Phones open a menu for a press as long as this.
  document.addEventListener("contextmenu", (event) => event.preventDefault(), { signal, capture: true });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      giveUp();
    },
    { signal, capture: true },
  );
}

function scrollAtEdges(speedNow: () => number, scrolled: () => void, signal: AbortSignal): void {
  const step = (): void => {
    if (signal.aborted) return;
    const speed = speedNow();
    if (speed !== 0) {
      window.scrollBy(0, speed);
      scrolled();
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
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

/** Below it nobody sees what lies there. */
function bottomOfList(): number {
  const foot = document.querySelector(FOOT)?.getBoundingClientRect();
  return foot === undefined || foot.height === 0 ? window.innerHeight : foot.top;
}

/** Between which rows the pointer is: how far to the side it strays does not matter. */
function spotAt(x: number, y: number): Spot | null {
  const under = document
    .elementsFromPoint(x, y)
    .map((element) => element.closest<HTMLElement>(`[${QUEUED}]`))
    .find((found) => found !== null);
  if (under === undefined) return null;
  const { top, height } = under.getBoundingClientRect();
  return { row: under, side: y < top + height / 2 ? "before" : "behind" };
}

/** Pixels a frame; below 0 upwards. */
export function scrollSpeed(y: number, height: number): number {
  const above = EDGE_PX - y;
  const below = y - (height - EDGE_PX);
  const near = Math.max(above, below);
  if (near <= 0) return 0;
  const speed = Math.min(1, near / EDGE_PX) * FASTEST_PX;
  return above > below ? -speed : speed;
}
