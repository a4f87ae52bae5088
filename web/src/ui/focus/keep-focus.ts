/**
 * Keeps the focus on the page. What had it may be taken out, drawn elsewhere or disabled by what it did itself: a
 * button that removes its row, a dialog whose opener is gone when it closes. Browsers then leave the focus nowhere, and
 * who works by keyboard or hears the page begins again at its top. Here it goes to what stands in that place now, else
 * beside it, else to where the focus was before, at last to the content of the page.
 */
import { findBeside, findInside, isAloneIn, isReachable } from "./find-beside.ts";

/** Steps back that are remembered: a dialog over a menu over a row, and some to spare. */
const MOST_STEPS = 8;
/** Dialogs and menus give the focus back by themselves a moment after they are gone. Milliseconds. */
const OTHERS_FIRST_MS = 120;

/** On what is drawn anew elsewhere when it changes: the focus goes with it. */
export const SAME_PLACE = "data-place";

const LAYERS = "[role='dialog'], [role='menu'], [role='listbox'], [role='alert']";

/** What had the focus. */
interface Step {
  element: HTMLElement;
  /** What it belongs to, of what is drawn anew elsewhere. */
  place: string | null;
  /** The dialog, menu or news it is in: with that it is gone for good. */
  layer: Element | null;
}

interface Wish {
  left: boolean;
  /** What has just lost the focus, to nothing: why is not known yet. */
  leaving: HTMLElement | null;
}

/** Answers how to end it. */
export function keepFocus(page: Document): () => void {
  const over = new AbortController();
  const { signal } = over;
  const steps: Step[] = [];
  const wish = followWish(page, steps, signal);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isLost = (): boolean =>
    !wish.left && (page.activeElement === null || page.activeElement === page.body);
  const find = (): void => {
    if (isLost()) findPlace(page, steps);
  };
  const observer = new MutationObserver((changes) => {
    let replaced = false;
    for (const change of changes) {
      if ([...change.removedNodes].some((node) => node.contains(wish.leaving))) wish.leaving = null;
      if (takeOut(page, steps, change)) replaced = true;
    }
    clearTimeout(timer);
    if (!isLost()) return;
    const last = steps.at(-1);
    // It was moved, or what stands in its place is there already. Whoever else has a place for the focus comes first.
    if (replaced || (last !== undefined && isReachable(last.element))) find();
    else timer = setTimeout(find, OTHERS_FIRST_MS);
  });
  observer.observe(page.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    clearTimeout(timer);
  });
  return () => over.abort();
}

/** Notes what has the focus, and whether a person took it from there: then nowhere is where it belongs. */
function followWish(page: Document, steps: Step[], signal: AbortSignal): Wish {
  const wish: Wish = { left: true, leaving: null };
  page.addEventListener(
    "focusin",
    ({ target }) => {
      wish.left = false;
      wish.leaving = null;
      if (!(target instanceof HTMLElement) || steps.at(-1)?.element === target) return;
      const place = target.closest(`[${SAME_PLACE}]`)?.getAttribute(SAME_PLACE) ?? null;
      steps.push({ element: target, place, layer: target.closest(LAYERS) });
      if (steps.length > MOST_STEPS) steps.shift();
    },
    { signal },
  );
  page.addEventListener(
    "focusout",
    ({ target, relatedTarget }) => {
      if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
      wish.leaving = target;
      // Whether it was taken out, moved or disabled is known when whoever does it is done.
      setTimeout(() => {
        if (wish.leaving === target && isReachable(target)) wish.left = true;
      });
    },
    { signal },
  );
  return wish;
}

/** From the last step back: the first that can have the focus, or something beside it. */
function findPlace(page: Document, steps: Step[]): void {
  for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
    const { element } = step;
    if (isReachable(element)) return element.focus({ preventScroll: true });
    if (element.isConnected) {
      if (comesBack(page, element)) return;
      const { parentElement: parent, previousSibling: before, nextSibling: behind, tagName: kind } = element;
      const beside = findBeside({ parent, before, behind, kind, alone: false }, element);
      if (beside !== null) return beside.focus({ preventScroll: true });
    }
    steps.pop();
  }
  page.getElementById("main")?.focus({ preventScroll: true });
}

/** A button that works, or that waits for the server: it is told when it may be pressed again. */
function comesBack(page: Document, element: HTMLElement): boolean {
  if (!element.matches(":disabled")) return false;
  return element.hasAttribute("data-loading") || page.querySelector("#main[data-away]") !== null;
}

/** In the place of what was taken out comes what stands there now; what has no place any more is forgotten. */
function takeOut(page: Document, steps: Step[], change: MutationRecord): boolean {
  const { target, removedNodes, previousSibling: before, nextSibling: behind } = change;
  if (removedNodes.length === 0) return false;
  const removed = [...removedNodes];
  const [last] = steps.slice(-1);
  let replaced = false;
  for (const step of steps.slice()) {
    if (step.element.isConnected) continue;
    const part = removed.find((node) => node.contains(step.element));
    if (part === undefined) continue;
    const parent = target instanceof Element && target.isConnected ? target : null;
    const gap = { parent, before, behind, kind: part.nodeName, alone: isAloneIn(part, step.element) };
    const next =
      step.layer?.isConnected === false ? null : (findSame(page, step) ?? findBeside(gap, step.element));
    if (next === null) steps.splice(steps.indexOf(step), 1);
    else step.element = next;
    if (next !== null && step === last) replaced = true;
  }
  return replaced;
}

/** The same button where its row is drawn now, or what the row has instead. */
function findSame(page: Document, { element, place }: Step): HTMLElement | null {
  if (place === null) return null;
  const now = page.querySelector(`[${SAME_PLACE}="${CSS.escape(place)}"]`);
  return now === null ? null : findInside(now, element);
}
