/** Parts of the live jobs; a component is drawn again only when its own part changes. */
import { useCallback, useRef, useSyncExternalStore } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { groupJobs } from "./group-jobs.ts";
import type { JobFilter, JobGroups } from "./group-jobs.ts";
import { useServer } from "./server.tsx";
import { totalsOf } from "./totals.ts";
import type { Totals } from "./totals.ts";

/**
 * What `select` makes of the view. It is given what it made before, to give back the same object when
 * nothing of it changed; it has to be the same function from render to render.
 */
export function useLive<T>(select: (view: LiveView, before: T | null) => T): T {
  const { live } = useServer();
  const last = useRef<{ view: LiveView; select: typeof select; value: T } | null>(null);
  const read = (): T => {
    const view = live.getSnapshot();
    const known = last.current;
    if (known !== null && known.view === view && known.select === select) return known.value;
    const value = select(view, known === null || known.select !== select ? null : known.value);
    last.current = { view, select, value };
    return value;
  };
  return useSyncExternalStore(live.subscribe, read);
}

export function useJob(id: string | null): JobMessage | null {
  return useLive(useCallback((view: LiveView) => (id === null ? null : (view.jobs.get(id) ?? null)), [id]));
}

export function useJobGroups({ search, place, kind, group, sort }: JobFilter): JobGroups {
  return useLive(
    useCallback(
      (view: LiveView, before: JobGroups | null) =>
        groupJobs(view.jobs.values(), { search, place, kind, group, sort }, before),
      [search, place, kind, group, sort],
    ),
  );
}

export function useTotals(): Totals {
  return useLive(selectTotals);
}

export function useLink(): Pick<LiveView, "link" | "ready" | "error"> {
  return useLive(selectLink);
}

/** Whether the server can be asked for something now. */
export function useIsAway(): boolean {
  return useLive(selectAway);
}

/** The limit for all downloads; null until it is known. */
export function useLimit(): LiveView["limit"] {
  return useLive(selectLimit);
}

/** Another number whenever settings were changed, here or elsewhere. */
export function useSettingsChanges(): number {
  return useLive(selectSettingsChanges);
}

export function useJobCount(): number {
  return useLive(selectCount);
}

const selectLimit = (view: LiveView): LiveView["limit"] => view.limit;
const selectSettingsChanges = (view: LiveView): number => view.settingsChanges;
const selectCount = (view: LiveView): number => view.jobs.size;
const selectAway = (view: LiveView): boolean => view.link === "away";

function selectLink(view: LiveView, before: Pick<LiveView, "link" | "ready" | "error"> | null) {
  const { link, ready, error } = view;
  const same = before !== null && before.link === link && before.ready === ready && before.error === error;
  return same ? before : { link, ready, error };
}

function selectTotals(view: LiveView, before: Totals | null): Totals {
  const totals = totalsOf(view.jobs);
  return before !== null && sameTotals(before, totals) ? before : totals;
}

function sameTotals(a: Totals, b: Totals): boolean {
  return (Object.keys(a) as (keyof Totals)[]).every((key) => a[key] === b[key]);
}
