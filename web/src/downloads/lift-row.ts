/** What is seen of a row in hand: a picture of it follows the pointer, over all that scrolls below. */
import { SAME_PLACE } from "../ui/focus/keep-focus.ts";
import { QUEUED, ROW_FOCUS } from "./row-keys.ts";

export interface Picture {
  /** To where the pointer is now, as it was when the row was lifted. */
  follow: (y: number) => void;
  remove: () => void;
}

export function liftRow(row: HTMLElement, fromY: number): Picture {
  const { top, left, width } = row.getBoundingClientRect();
  const picture = row.cloneNode(true) as HTMLElement;
  picture.classList.add("row_lifted");
  // Nobody is to find it in place of the row.
  picture.inert = true;
  picture.setAttribute("aria-hidden", "true");
  for (const name of [QUEUED, SAME_PLACE]) picture.removeAttribute(name);
  for (const name of picture.querySelectorAll(`[${ROW_FOCUS}]`)) name.removeAttribute(ROW_FOCUS);
  Object.assign(picture.style, { top: `${top}px`, left: `${left}px`, width: `${width}px` });
  document.body.append(picture);
  return {
    follow: (y) => {
      picture.style.transform = `translateY(${y - fromY}px)`;
    },
    remove: () => picture.remove(),
  };
}
