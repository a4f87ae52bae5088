/** The list as one flat row of headings, groups and downloads, for drawing only what is seen. Pure. */
import { GROUPS } from "../data/group-jobs.ts";
import type { Group, JobGroups } from "../data/group-jobs.ts";
import { pastAt } from "../groups/fold-groups.ts";
import type { Folded } from "../groups/fold-groups.ts";

export type ListItem =
  | { kind: "heading"; key: string; group: Group; ids: readonly string[]; count: number }
  /** Above the groups that are not over. */
  | { kind: "groups"; key: string; count: number }
  | (Edges & { kind: "group"; key: string; id: string; members: readonly string[]; opened: boolean })
  /** What an open group has to show besides its downloads. */
  | (Edges & { kind: "inside"; key: string; id: string; members: number })
  | (Edges & {
      kind: "row";
      key: string;
      group: Group;
      id: string;
      /** In the queue, from 1. */
      position: number | null;
      /** It stands below the name of its group. */
      inside: boolean;
    });

/** Whether it is at the top or the bottom of a box. */
interface Edges {
  first: boolean;
  last: boolean;
}

export interface Listed {
  folded: Folded;
  /** All downloads that are shown, by their sections. */
  shown: JobGroups;
  /** Whether the waiting ones stand as the queue takes them, all of them. */
  inQueueOrder: boolean;
  /** Ids of groups that are open. */
  opened: ReadonlySet<string>;
  /** Groups above a list that is narrowed: that whose downloads these are, or those that are looked for. */
  heads: readonly { id: string; members: readonly string[] }[];
}

export function toListItems(listed: Listed): ListItem[] {
  const { folded, shown, inQueueOrder, opened, heads } = listed;
  const sections = sectionsOf(shown);
  const places = new Map(inQueueOrder ? shown.waiting.map((id, index) => [id, index + 1]) : []);
  const row = (id: string, inside: string | null): ListItem => ({
    kind: "row",
    key: inside === null ? id : `${inside} ${id}`,
    group: sections.get(id) ?? "done",
    id,
    first: false,
    last: false,
    position: inside === null ? (places.get(id) ?? null) : null,
    inside: inside !== null,
  });
  const groupItems = (id: string, members: readonly string[], withRows: boolean): ListItem[] => {
    const isOpen = opened.has(id);
    const edges = { first: false, last: false };
    return [
      { kind: "group", key: `group ${id}`, id, members, opened: isOpen, ...edges },
      ...(isOpen
        ? [{ kind: "inside" as const, key: `inside ${id}`, id, members: members.length, ...edges }]
        : []),
      ...(isOpen && withRows ? members.map((member) => row(member, id)) : []),
    ];
  };
  const membersOf = (id: string): readonly string[] => folded.members.get(id) ?? [];
  const folds = (ids: readonly string[]): ListItem[] =>
    ids.flatMap((id) => groupItems(id, membersOf(id), true));
  const tops = [
    ...heads.flatMap(({ id, members }) => groupItems(id, members, false)),
    ...folds(folded.present),
  ];
  const items = GROUPS.flatMap((group): ListItem[] => {
    const ids = folded.rest[group];
    const rows = ids.map((id) => row(id, null));
    const past = group === "done" ? folded.past : [];
    const inOrder =
      past.length === 0
        ? rows
        : [
            ...rows.flatMap((each, at) => [...folds(pastAt(past, at)), each]),
            ...folds(pastAt(past, rows.length)),
          ];
    if (inOrder.length === 0) return [];
    const count = new Set([...ids, ...past.flatMap(({ id }) => membersOf(id))]).size;
    return [{ kind: "heading", key: group, group, ids, count }, ...boxed(inOrder)];
  });
  const many: ListItem[] =
    tops.length === 0
      ? []
      : [{ kind: "groups", key: "groups", count: heads.length + folded.present.length }, ...boxed(tops)];
  return [...many, ...items];
}

function boxed(items: ListItem[]): ListItem[] {
  return items.map((item, index) =>
    "first" in item ? { ...item, first: index === 0, last: index === items.length - 1 } : item,
  );
}

function sectionsOf(shown: JobGroups): Map<string, Group> {
  return new Map(GROUPS.flatMap((group) => shown[group].map((id) => [id, group] as const)));
}

/** Whether both would be drawn alike: the list is made anew when a download joins it. */
export function sameItem(a: ListItem, b: ListItem): boolean {
  const other: ReadonlyMap<string, unknown> = new Map(Object.entries(b));
  const entries = Object.entries(a);
  return entries.length === other.size && entries.every(([name, value]) => other.get(name) === value);
}
