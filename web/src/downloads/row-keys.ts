/** Keys of the list: arrows go from row to row, Space and Delete act on the row that has the focus. */
import type { KeyboardEvent } from "react";

/** Set on the element that holds the rows, and on the element of a row that takes the focus. */
export const ROW_LIST = "data-row-list";
export const ROW_FOCUS = "data-row-focus";

export interface RowKeys {
  /** Space. */
  main: () => void;
  /** Delete. */
  remove: () => void;
}

export function handleRowKey(event: KeyboardEvent<HTMLElement>, { main, remove }: RowKeys): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  switch (event.key) {
    case " ":
      main();
      break;
    case "Delete":
      remove();
      break;
    case "ArrowDown":
      moveFocus(event.currentTarget, 1);
      break;
    case "ArrowUp":
      moveFocus(event.currentTarget, -1);
      break;
    default:
      return;
  }
  event.preventDefault();
}

function moveFocus(from: HTMLElement, step: number): void {
  const list = from.closest(`[${ROW_LIST}]`);
  const rows = [...(list?.querySelectorAll<HTMLElement>(`[${ROW_FOCUS}]`) ?? [])].toSorted(byPlace);
  const next = rows[rows.indexOf(from) + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** In a list drawn where it is seen, the order of elements is not the order of rows. */
function byPlace(a: HTMLElement, b: HTMLElement): number {
  return a.getBoundingClientRect().top - b.getBoundingClientRect().top;
}
