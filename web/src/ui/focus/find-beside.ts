/** Who gets the focus in place of what is gone. */

const CAN_HAVE_FOCUS = "a[href], button, input, select, textarea, [tabindex]";
/** They take letters that are keys of the page elsewhere, and open the keyboard of a phone: only in place of each other. */
const FIELDS = "input:not([type='checkbox'], [type='radio'], [type='button']), select, textarea";
/** On a button that changes nothing when it is pressed by mistake: it copies, or opens a form. */
export const CHANGES_NOTHING = "data-changes-nothing";
/** What may have the focus in place of anything: a second press of the key must not do what nobody asked for. */
const HARMLESS = `a[href^="#"], [aria-haspopup], [${CHANGES_NOTHING}], [tabindex]:not(button, a, h1, h2, h3)`;
/** Of a part, where nothing else in it is harmless. */
const HEADINGS = "h1, h2, h3";
/** Rows looked at in each direction: lists may have thousands, and the nearest have what is looked for. */
const MOST_SIBLINGS = 20;
/** What one does not leave: with nothing left in it, it has the focus itself. */
const BOUNDS = "[role='dialog']";

/** Where something was: between two siblings, of which either may be gone as well. */
interface Gap {
  parent: Element | null;
  before: Node | null;
  behind: Node | null;
  /** The tag of what was there. */
  kind: string;
  /** Nothing else that can have the focus was there: what stands there now is its counterpart. */
  alone: boolean;
}

export function isReachable(element: HTMLElement): boolean {
  return (
    element.isConnected &&
    (element.tabIndex >= 0 || element.matches(HEADINGS)) &&
    !element.matches(":disabled") &&
    element.closest("[inert]") === null &&
    element.checkVisibility({ visibilityProperty: true })
  );
}

/** What stands in its very place now, else what is next to it: the same, something harmless, a heading; null: nothing near. */
export function findBeside(gap: Gap, gone: HTMLElement): HTMLElement | null {
  let { parent, before, behind, kind } = gap;
  const counterpart = gap.alone && parent !== null ? firstFit(within(parent, gap), () => true) : null;
  if (counterpart !== null) return counterpart;
  while (parent !== null && parent !== parent.ownerDocument.body) {
    // A whole part of the page: what was before it is nearer than what is beside it.
    if (parent.id === "main") return null;
    const found = firstIn(nearest(parent, before, behind, kind), gone);
    // All of the page is new: its content has the focus, not the way there, which would come into view.
    if (found?.matches(".skip-link") === true) return null;
    if (found !== null) return found;
    if (parent.matches(BOUNDS)) return parent instanceof HTMLElement && parent.tabIndex >= -1 ? parent : null;
    ({ previousSibling: before, nextSibling: behind, tagName: kind, parentElement: parent } = parent);
  }
  return null;
}

/** What stands in the gap; the rows behind it and before it, up to what is no row; then whatever follows. */
function nearest(parent: Element, before: Node | null, behind: Node | null, kind: string): Element[] {
  const all = [...parent.childNodes];
  const [start, end] = bordersOf(all, { before, behind });
  const forward = elements(all.slice(end, end + MOST_SIBLINGS));
  const backward = elements(all.slice(Math.max(0, start - MOST_SIBLINGS), start).toReversed());
  const rows = forward.findIndex(({ tagName }) => tagName !== kind);
  const border = rows < 0 ? forward.length : rows;
  return [
    ...elements(all.slice(start, end)),
    ...forward.slice(0, border),
    ...backward,
    ...forward.slice(border),
  ];
}

type Between = Pick<Gap, "before" | "behind">;

function bordersOf(all: readonly Node[], { before, behind }: Between): [start: number, end: number] {
  const at = before === null ? 0 : all.indexOf(before) + 1;
  const next = behind === null ? all.length : all.indexOf(behind);
  const start = at === 0 && before !== null && next >= 0 ? next : at;
  return [start, Math.max(start, next)];
}

function within(parent: Element, gap: Between): Element[] {
  const all = [...parent.childNodes];
  return elements(all.slice(...bordersOf(all, gap)));
}

const elements = (nodes: readonly Node[]): Element[] => nodes.filter((node) => node instanceof Element);

function firstIn(places: readonly Element[], gone: HTMLElement): HTMLElement | null {
  const mayBe = (element: Element): boolean =>
    element.matches(FIELDS) ? gone.matches(FIELDS) : element.matches(HARMLESS);
  return (
    firstFit(places, (element) => isAlike(element, gone)) ?? firstFit(places, mayBe) ?? firstHeading(places)
  );
}

/** It can have the focus from then on, but nobody comes by it with the Tab key. */
function firstHeading(places: readonly Element[]): HTMLElement | null {
  const found = places
    .flatMap((place) => [place, ...place.querySelectorAll(HEADINGS)])
    .find((element) => element instanceof HTMLElement && element.matches(HEADINGS) && isReachable(element));
  if (!(found instanceof HTMLElement)) return null;
  found.tabIndex = -1;
  return found;
}

/** Whether nothing else in it can have the focus, and it is no part of the page with a heading. */
export function isAloneIn(part: Node, gone: HTMLElement): boolean {
  if (part === gone) return true;
  return (
    part instanceof Element &&
    [...part.querySelectorAll(`${CAN_HAVE_FOCUS}, ${HEADINGS}`)].every((each) => each === gone)
  );
}

/** What in it is most like what is gone; a button that says of itself that it stands for it. */
export function findInside(place: Element, gone: HTMLElement): HTMLElement | null {
  if (place instanceof HTMLElement && place.matches("button") && isReachable(place)) return place;
  return firstIn([place], gone);
}

function firstFit(places: readonly Element[], fits: (element: HTMLElement) => boolean): HTMLElement | null {
  for (const place of places) {
    const all = [place, ...place.querySelectorAll(CAN_HAVE_FOCUS)].filter(
      (element) => element instanceof HTMLElement,
    );
    const found = all.find(
      (element) => element.matches(CAN_HAVE_FOCUS) && isReachable(element) && fits(element),
    );
    if (found !== undefined) return found;
  }
  return null;
}

/** The same of another row: buttons do the same if the same is written or drawn on them. */
function isAlike(element: Element, other: Element): boolean {
  return (
    element.tagName === other.tagName &&
    element.className === other.className &&
    element.getAttribute("aria-haspopup") === other.getAttribute("aria-haspopup") &&
    (!element.matches("button") || element.innerHTML === other.innerHTML)
  );
}
