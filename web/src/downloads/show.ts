/** Which groups of jobs are shown: the filter above the list, kept in the address. Pure. */
import { GROUPS } from "../data/group-jobs.ts";
import type { Group, JobGroups } from "../data/group-jobs.ts";
import type { FilterChoice } from "../ui/filter-tabs.tsx";
import { t } from "../words/words.ts";

export type Show = "all" | Group;

export const GROUP_NAMES: Record<Group, string> = {
  active: t("Active"),
  problem: t("Problems"),
  waiting: t("Waiting"),
  paused: t("Paused"),
  done: t("History"),
};

export function toShow(value: unknown): Show {
  return GROUPS.find((group) => group === value) ?? "all";
}

/** The groups with those emptied that are not to be shown. */
export function onlyShown(groups: JobGroups, show: Show): JobGroups {
  if (show === "all") return groups;
  return { ...NONE, [show]: groups[show] };
}

/** The ids that are shown, in their order. */
export function shownIds(groups: JobGroups): string[] {
  return GROUPS.flatMap((group) => groups[group]);
}

const NONE: JobGroups = { active: [], problem: [], waiting: [], paused: [], done: [] };

/** The choices of the filter, with how many jobs each would show. */
export function showChoices(groups: JobGroups): FilterChoice<Show>[] {
  const all = GROUPS.reduce((sum, group) => sum + groups[group].length, 0);
  return [
    { value: "all", label: t("All"), count: all },
    ...GROUPS.map((group) => ({
      value: group,
      label: GROUP_NAMES[group],
      count: groups[group].length,
      alarming: group === "problem",
    })),
  ];
}
