/** Sees which rows of a page React draws, and what jumps. */
import type { Page } from "playwright-core";

export interface Watched {
  /** Names of rows whose components React has called since, each time. */
  drawn: string[];
  /** What moved without anybody having touched anything. */
  shifts: { value: number; what: string[] }[];
}

export const watched = (page: Page): Promise<Watched> =>
  page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);

export const forgetDrawn = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { watched: now } = globalThis as unknown as { watched: Watched };
    now.drawn = [];
    now.shifts = [];
  });

/**
 * Before the page: React tells whoever stands in the place of its developer tools of every commit. Fibers that did work
 * have flag 1; what was not touched is the same object as before and is passed over, as the developer tools do it.
 */
export const WATCH_DRAWN = `{
  const watched = { drawn: [], shifts: [] };
  globalThis.watched = watched;
  const rowOf = (fiber) => {
    for (let at = fiber; at; at = at.child) {
      if (typeof at.type === "string") {
        const row = at.stateNode?.closest?.("article");
        if (row) return row.getAttribute("aria-label");
        return null;
      }
    }
    return null;
  };
  const walk = (next, before) => {
    if (next === before) return;
    if (before && typeof next.type !== "string" && next.tag !== 3 && next.flags & 1) {
      const row = rowOf(next);
      if (row !== null) watched.drawn.push(row);
    }
    if (before && next.child === before.child) return;
    for (let child = next.child; child; child = child.sibling) walk(child, child.alternate);
  };
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    renderers: new Map(),
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
    onCommitFiberRoot: (_id, root) => walk(root.current, root.current.alternate),
  };
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries())
      if (!hadRecentInput)
        watched.shifts.push({ value, what: sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? "?") });
  }).observe({ type: "layout-shift", buffered: true });
}`;
