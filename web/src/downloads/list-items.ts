/** Groups of jobs as one flat list of headings and rows, for drawing only what is seen. Pure. */
import { GROUPS } from "../data/group-jobs.ts";
import type { Group, JobGroups } from "../data/group-jobs.ts";

export type ListItem =
  | { kind: "heading"; key: string; group: Group; ids: readonly string[] }
  | {
      kind: "row";
      key: string;
      group: Group;
      id: string;
      first: boolean;
      last: boolean;
      /** In the queue, from 1. */
      position: number | null;
    };

/** @param inQueueOrder whether the waiting ones stand as the queue takes them, all of them */
export function toListItems(groups: JobGroups, inQueueOrder: boolean): ListItem[] {
  return GROUPS.flatMap((group): ListItem[] => {
    const ids = groups[group];
    if (ids.length === 0) return [];
    const rows = ids.map((id, index): ListItem => {
      const edges = { first: index === 0, last: index === ids.length - 1 };
      const position = inQueueOrder && group === "waiting" ? index + 1 : null;
      return { kind: "row", key: id, group, id, ...edges, position };
    });
    return [{ kind: "heading", key: group, group, ids }, ...rows];
  });
}
