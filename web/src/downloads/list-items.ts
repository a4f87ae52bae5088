/** Groups of jobs as one flat list of headings and rows, for drawing only what is seen. Pure. */
import { GROUPS } from "../data/group-jobs.ts";
import type { Group, JobGroups } from "../data/group-jobs.ts";

export type ListItem =
  | { kind: "heading"; key: string; group: Group; ids: readonly string[] }
  | { kind: "row"; key: string; group: Group; id: string; first: boolean; last: boolean };

export function toListItems(groups: JobGroups): ListItem[] {
  return GROUPS.flatMap((group): ListItem[] => {
    const ids = groups[group];
    if (ids.length === 0) return [];
    const rows = ids.map((id, index): ListItem => {
      const edges = { first: index === 0, last: index === ids.length - 1 };
      return { kind: "row", key: id, group, id, ...edges };
    });
    return [{ kind: "heading", key: group, group, ids }, ...rows];
  });
}
