/** Keys of the list: arrows go from row to row, Space and Delete act on the row that has the focus. */
import type { KeyboardEvent } from "react";

/** Set on the element of a row that takes the focus. */
export const ROW_FOCUS = "data-row-focus";

export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const from = event.target;
  if (!(from instanceof HTMLElement) || !from.hasAttribute(ROW_FOCUS)) return;
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(`[${ROW_FOCUS}]`)].toSorted(byPlace);
  const next = rows[rows.indexOf(from) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** In a list drawn where it is seen, the order of elements is not the order of rows. */
function byPlace(a: HTMLElement, b: HTMLElement): number {
  return a.getBoundingClientRect().top - b.getBoundingClientRect().top;
}
