/** Keys of the grid: arrows go from card to card as they lie there, Space chooses, Shift takes those in between along. */
import type { KeyboardEvent } from "react";

/** Set on the element that holds the cards, and on the element of a card that takes the focus. */
export const CARD_GRID = "data-card-grid";
export const CARD_FOCUS = "data-card-focus";

export interface CardKeys {
  /** Space; with Shift: up to this one. */
  choose: (range: boolean) => void;
  /** Shift and an arrow: up to the card with this path. */
  extend: (path: string) => void;
  all: () => void;
  none: () => void;
}

export function handleCardKey(event: KeyboardEvent<HTMLElement>, keys: CardKeys): void {
  if (event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") keys.all();
  else if (event.ctrlKey || event.metaKey) return;
  else if (event.key === " ") keys.choose(event.shiftKey);
  else if (event.key === "Escape") keys.none();
  else {
    const next = neighbour(event.currentTarget, event.key);
    if (next === undefined) return;
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    const path = next?.getAttribute(CARD_FOCUS);
    if (event.shiftKey && path != null) keys.extend(path);
  }
  event.preventDefault();
}

/** The card an arrow leads to; null at the edge, undefined for another key. */
function neighbour(from: HTMLElement, key: string): HTMLElement | null | undefined {
  const cards = [...(from.closest(`[${CARD_GRID}]`)?.querySelectorAll<HTMLElement>(`[${CARD_FOCUS}]`) ?? [])];
  const at = cards.indexOf(from);
  switch (key) {
    case "ArrowRight":
      return cards[at + 1] ?? null;
    case "ArrowLeft":
      return cards[at - 1] ?? null;
    case "ArrowDown":
      return cards[at + columnsOf(cards)] ?? null;
    case "ArrowUp":
      return cards[at - columnsOf(cards)] ?? null;
    default:
      return undefined;
  }
}

/** How many stand beside each other: as many as are as high up as the first. */
function columnsOf(cards: readonly HTMLElement[]): number {
  const top = cards[0]?.getBoundingClientRect().top;
  return Math.max(1, cards.filter((card) => card.getBoundingClientRect().top === top).length);
}
