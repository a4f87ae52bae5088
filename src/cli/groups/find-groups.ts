/** Groups named on the command line: whole ids, their beginnings, or their names. */
import type { Client } from "../../client/create-client.ts";
import type { GroupMessage } from "../../wire/groups.ts";

const PAGE_GROUPS = 500;
/** Groups are looked for among this many of the newest. */
const MAX_PAGES = 20;
/** Shorter beginnings fit too many. */
const MIN_BEGINNING = 4;

export type FoundGroup =
  | { kind: "one"; group: GroupMessage }
  | { kind: "none"; given: string }
  | { kind: "several"; given: string; count: number };

/** All groups there are, the newest first. */
export async function allGroups(client: Pick<Client, "groups">): Promise<GroupMessage[]> {
  const groups: GroupMessage[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.groups.list({
      limit: PAGE_GROUPS,
      ...(cursor === undefined ? {} : { cursor }),
    });
    groups.push(...answer.groups);
    if (answer.next === null) break;
    cursor = answer.next;
  }
  return groups;
}

/** What each word means, in their order. A name that several groups have names none of them. */
export function findGroups(groups: readonly GroupMessage[], words: readonly string[]): FoundGroup[] {
  return words.map((given) => {
    const word = given.toLowerCase();
    const byId = word.length < MIN_BEGINNING ? [] : groups.filter(({ id }) => id.startsWith(word));
    const found = byId.length > 0 ? byId : groups.filter(({ name }) => name === given);
    const [group] = found;
    if (group === undefined) return { kind: "none", given };
    return found.length === 1 ? { kind: "one", group } : { kind: "several", given, count: found.length };
  });
}

/** The one group that a word names; null where it names none, or is to be read as something else. */
export async function findGroup(client: Pick<Client, "groups">, word: string): Promise<GroupMessage | null> {
  const [found] = findGroups(await allGroups(client), [word]);
  return found?.kind === "one" ? found.group : null;
}

/** Why a word names no group. */
export function explainGroup(found: Exclude<FoundGroup, { kind: "one" }>): string {
  return found.kind === "none"
    ? `There is no group with this id or name: ${found.given}`
    : `${found.given} fits ${found.count} groups: give more of the id.`;
}
