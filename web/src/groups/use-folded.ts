/** The list with its groups folded, as far as it is not narrowed. */
import { useCallback, useMemo } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { isNarrowed, wordsOf } from "../data/group-jobs.ts";
import type { JobFilter, JobGroups } from "../data/group-jobs.ts";
import { useLive } from "../data/use-live.ts";
import type { Listed } from "../downloads/list-items.ts";
import { shownIds } from "../downloads/show.ts";
import type { Show } from "../downloads/show.ts";
import { foldGroups } from "./fold-groups.ts";
import type { Folded } from "./fold-groups.ts";
import type { GroupEntry } from "./known-groups.ts";

const NO_GROUPS: readonly GroupEntry[] = [];
const NO_HEADS: Listed["heads"] = [];

/** Who looks for something finds downloads one by one: they are not folded away then. */
export function useFolded(
  shown: JobGroups,
  entries: readonly GroupEntry[],
  filter: JobFilter,
  show: Show,
): { folded: Folded; heads: Listed["heads"] } {
  const isWhole = show === "all" && !isNarrowed(filter);
  const foldable = isWhole ? entries : NO_GROUPS;
  const byTime = filter.sort === "queue";
  const folded = useLive(
    useCallback(
      (view: LiveView, before: Folded | null) => foldGroups(shown, view.jobs, foldable, byTime, before),
      [shown, foldable, byTime],
    ),
  );
  const { search, place, kind, group } = filter;
  const heads = useMemo((): Listed["heads"] => {
    const only = entries.find(({ id }) => id === group);
    if (only !== undefined) return [{ id: only.id, members: shownIds(shown) }];
    if (search === "" || place !== null || kind !== null || group !== null || show !== "all") return NO_HEADS;
    const words = wordsOf(search);
    const found = entries.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
    return found.map(({ id }) => ({ id, members: [] }));
  }, [entries, shown, search, place, kind, group, show]);
  return { folded, heads };
}
