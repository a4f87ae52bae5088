/** Who gets the focus in place of what is gone. */

const CAN_HAVE_FOCUS = "a[href], button, input, select, textarea, [tabindex]";
/** They take letters that are keys of the page elsewhere, and open the keyboard of a phone: only in place of each other. */
const FIELDS = "input:not([type='checkbox'], [type='radio'], [type='button']), select, textarea";
/** What tells buttons that look the same from each other, and is the same in each row. */
const MEANING = ["aria-haspopup", "data-tip"];
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
}

export function isReachable(element: HTMLElement): boolean {
  return (
    element.isConnected &&
    element.tabIndex >= 0 &&
    !element.matches(":disabled") &&
    element.closest("[inert]") === null &&
    element.checkVisibility({ visibilityProperty: true })
  );
}

/** What stands in the gap now, else what is next to it, first of the same kind; else what is around; null: nothing near. */
export function findBeside(gap: Gap, gone: HTMLElement): HTMLElement | null {
  let { parent, before, behind, kind } = gap;
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
  const at = before === null ? 0 : all.indexOf(before as ChildNode) + 1;
  const next = behind === null ? all.length : all.indexOf(behind as ChildNode);
  const start = at === 0 && before !== null && next >= 0 ? next : at;
  const end = Math.max(start, next);
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

const elements = (nodes: readonly Node[]): Element[] => nodes.filter((node) => node instanceof Element);

function firstIn(places: readonly Element[], gone: HTMLElement): HTMLElement | null {
  const mayBe = (element: Element): boolean => gone.matches(FIELDS) || !element.matches(FIELDS);
  return firstFit(places, (element) => isAlike(element, gone)) ?? firstFit(places, mayBe);
}

/** What in it is most like what is gone. */
export function findInside(place: Element, gone: HTMLElement): HTMLElement | null {
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

/** The same button of another row: of all that look the same, the one that opens or does the same. */
function isAlike(element: Element, other: Element): boolean {
  return (
    element.tagName === other.tagName &&
    element.className === other.className &&
    MEANING.every((name) => element.getAttribute(name) === other.getAttribute(name))
  );
}
