/** The list of downloads with each group as one entry that stands for its downloads. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { GROUPS } from "../data/group-jobs.ts";
import type { JobGroups } from "../data/group-jobs.ts";
import type { GroupEntry } from "./known-groups.ts";

export interface Folded {
  /** Ids of groups that are not over, the newest first. */
  present: readonly string[];
  /** Those that are, each before the download of the history that has the number `at`. */
  past: readonly { id: string; at: number }[];
  /** Ids of the downloads of each, as the list has them; a download may be in several. */
  members: ReadonlyMap<string, readonly string[]>;
  /** Downloads that stand by themselves. */
  rest: JobGroups;
}

/** @param byTime whether the history stands in the order in which things ended */
export function foldGroups(
  shown: JobGroups,
  jobs: ReadonlyMap<string, JobMessage>,
  entries: readonly GroupEntry[],
  byTime: boolean,
  before: Folded | null,
): Folded {
  if (entries.length === 0) {
    const same = before !== null && before.rest === shown && before.members.size === 0;
    return same ? before : { present: [], past: [], members: new Map(), rest: shown };
  }
  const found = new Map<string, string[]>(entries.map(({ id }) => [id, []]));
  const ends = new Map<string, string>();
  const alone = (id: string): boolean => {
    const job = jobs.get(id);
    const groups = job?.groups.filter((group) => found.has(group)) ?? [];
    for (const group of groups) {
      found.get(group)?.push(id);
      const end = job?.ended_at ?? "";
      if (end > (ends.get(group) ?? "")) ends.set(group, end);
    }
    return groups.length === 0;
  };
  const rest = Object.fromEntries(
    GROUPS.map((group) => [group, keepList(before?.rest[group], shown[group].filter(alone))]),
  ) as JobGroups;
  const members = new Map(
    [...found].flatMap(([id, ids]) =>
      ids.length === 0 ? [] : [[id, keepList(before?.members.get(id), ids)] as const],
    ),
  );
  const there = entries.filter(({ id }) => members.has(id));
  const over = there
    .filter(({ isOver }) => isOver)
    .map(({ id, createdAt }) => ({ id, end: ends.get(id) || createdAt }));
  const after: Folded = {
    present: keepList(
      before?.present,
      there.filter(({ isOver }) => !isOver).map(({ id }) => id),
    ),
    past: byTime
      ? over.map(({ id, end }) => ({ id, at: placeOf(end, rest.done, jobs) })).toSorted((a, b) => a.at - b.at)
      : over.map(({ id }) => ({ id, at: 0 })),
    members,
    rest: before !== null && GROUPS.every((group) => before.rest[group] === rest[group]) ? before.rest : rest,
  };
  return before !== null && isSame(before, after) ? before : after;
}

/** Where among downloads, the latest end first, something stands that ended then. */
function placeOf(end: string, done: readonly string[], jobs: ReadonlyMap<string, JobMessage>): number {
  const at = done.findIndex((id) => (jobs.get(id)?.ended_at ?? "") < end);
  return at < 0 ? done.length : at;
}

/** Ids in the order of the list, each once. */
export function orderOf({ present, past, members, rest }: Folded): string[] {
  const inside = (id: string): readonly string[] => members.get(id) ?? [];
  const done = rest.done.flatMap((id, index) => [...pastAt(past, index).flatMap(inside), id]);
  const last = pastAt(past, rest.done.length).flatMap(inside);
  const sections = GROUPS.flatMap((group) => (group === "done" ? [...done, ...last] : rest[group]));
  return [...new Set([...present.flatMap(inside), ...sections])];
}

export function pastAt(past: Folded["past"], at: number): string[] {
  return past.flatMap((each) => (each.at === at ? [each.id] : []));
}

function keepList(before: readonly string[] | undefined, now: readonly string[]): readonly string[] {
  const same = before?.length === now.length && now.every((id, index) => id === before[index]);
  return same ? before : now;
}

function isSame(a: Folded, b: Folded): boolean {
  return (
    a.present === b.present &&
    a.rest === b.rest &&
    a.members.size === b.members.size &&
    [...b.members].every(([id, ids]) => a.members.get(id) === ids) &&
    a.past.length === b.past.length &&
    a.past.every(({ id, at }, index) => b.past[index]?.id === id && b.past[index].at === at)
  );
}
