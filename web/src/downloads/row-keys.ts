/** Keys of the list: arrows go from row to row; the others act on the row that has the focus. */
import type { KeyboardEvent } from "react";

/** Set on the element that holds the rows, and on the element of a row that takes the focus. */
export const ROW_LIST = "data-row-list";
export const ROW_FOCUS = "data-row-focus";
/** On the rows that can be dragged and dropped on: the id of the job. */
export const QUEUED = "data-queued";

export interface RowKeys {
  /** Space, where nothing is selected. */
  main: () => void;
  /** Delete. */
  remove: () => void;
  /** `x`, Ctrl and Space; Space alone where something is selected. */
  toggle: () => void;
  /** Shift and an arrow has come to this row. */
  extendTo: (id: string) => void;
  /** Alt and an arrow: by one, with Shift to the end. */
  move: ((step: -1 | 1, toEnd: boolean) => void) | null;
  isSelecting: boolean;
}

export function handleRowKey(event: KeyboardEvent<HTMLElement>, keys: RowKeys): void {
  const act = actOf(event, keys);
  if (act === null) return;
  event.preventDefault();
  act();
}

function actOf(event: KeyboardEvent<HTMLElement>, keys: RowKeys): (() => void) | null {
  const { key, currentTarget: row, altKey, shiftKey } = event;
  const command = event.ctrlKey || event.metaKey;
  if (key === "ArrowDown" || key === "ArrowUp") {
    if (command) return null;
    const step = key === "ArrowDown" ? 1 : -1;
    if (altKey) return keys.move === null ? null : moveAlong(row, keys.move, step, shiftKey);
    return () => {
      const next = moveFocus(row, step);
      if (shiftKey && next !== null) keys.extendTo(next);
    };
  }
  if (altKey || shiftKey) return null;
  if (key === " ") return command || keys.isSelecting ? keys.toggle : keys.main;
  if (command) return null;
  if (key === "x") return keys.toggle;
  return key === "Delete" ? keys.remove : null;
}

/** The row is drawn elsewhere by then, and keeps the focus. */
function moveAlong(row: HTMLElement, move: NonNullable<RowKeys["move"]>, step: -1 | 1, toEnd: boolean) {
  return (): void => {
    move(step, toEnd);
    setTimeout(() => {
      if (!row.isConnected) return;
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    });
  };
}

/** With no row in focus yet: down to the first row that is seen, up to the last of all that are drawn. */
export function enterRows(list: HTMLElement, step: -1 | 1): boolean {
  const rows = [...list.querySelectorAll<HTMLElement>(`[${ROW_FOCUS}]`)].toSorted(byPlace);
  const seen = rows.find((row) => row.getBoundingClientRect().top >= 0);
  const row = step > 0 ? (seen ?? rows[0]) : rows.at(-1);
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
  return row !== undefined;
}

/** Answers the id of the row that has the focus now, or null at an end of the list. */
function moveFocus(from: HTMLElement, step: number): string | null {
  const list = from.closest(`[${ROW_LIST}]`);
  const rows = [...(list?.querySelectorAll<HTMLElement>(`[${ROW_FOCUS}]`) ?? [])].toSorted(byPlace);
  const next = rows[rows.indexOf(from) + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return next?.getAttribute(ROW_FOCUS) ?? null;
}

/** In a list drawn where it is seen, the order of elements is not the order of rows. */
function byPlace(a: HTMLElement, b: HTMLElement): number {
  return a.getBoundingClientRect().top - b.getBoundingClientRect().top;
}
