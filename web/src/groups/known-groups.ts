/** Groups as the server listed them, with what it has told of them since. Pure. */
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { GroupListMessage, GroupMessage } from "../../../src/wire/groups.ts";

type Told = LiveView["groups"];

/** A list of the server, and what had been told when it was asked for: that is no newer than the list. */
export interface Listed {
  groups: ReadonlyMap<string, GroupMessage>;
  /** The list has all there are. */
  isWhole: boolean;
  told: Told;
}

export function toListed({ groups, next }: GroupListMessage, told: Told): Listed {
  return { groups: new Map(groups.map((group) => [group.id, group])), isWhole: next === null, told };
}

/** Null: it is gone, or nobody has told of it. */
export function groupIn(listed: Listed | null, told: Told, id: string): GroupMessage | null {
  const word = told.get(id);
  if (listed === null) return word ?? null;
  if (word !== undefined && word !== listed.told.get(id)) return word;
  return listed.groups.get(id) ?? (listed.isWhole ? null : (word ?? null));
}

/** What the list of downloads has to know of a group; how far it is its own row looks at. */
export interface GroupEntry {
  id: string;
  name: string;
  createdAt: string;
  /** Nothing of it goes on, will by itself, or waits for somebody. */
  isOver: boolean;
  places: number;
}

/** The newest first; the same list as before where it says the same. */
export function entriesOf(
  listed: Listed | null,
  told: Told,
  before: readonly GroupEntry[] | null,
): readonly GroupEntry[] {
  const known = new Map(before?.map((entry) => [entry.id, entry]));
  const ids = new Set([...(listed?.groups.keys() ?? []), ...told.keys()]);
  const entries = [...ids].flatMap((id): GroupEntry[] => {
    const group = groupIn(listed, told, id);
    if (group === null) return [];
    const entry = toEntry(group);
    const old = known.get(id);
    return [old !== undefined && isSame(old, entry) ? old : entry];
  });
  const sorted = entries.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const same = before?.length === sorted.length && sorted.every((entry, at) => entry === before[at]);
  return same ? before : sorted;
}

function toEntry({ id, name, created_at, status, places }: GroupMessage): GroupEntry {
  return { id, name, createdAt: created_at, isOver: status === "COMPLETE" || status === "CANCELLED", places };
}

function isSame(a: GroupEntry, b: GroupEntry): boolean {
  return (Object.keys(a) as (keyof GroupEntry)[]).every((key) => a[key] === b[key]);
}
