/** Jobs named on the command line: whole ids, or beginnings of at least four characters that fit one job only. */
import type { Client } from "../../client/create-client.ts";
import { UsageError } from "../usage-error.ts";

/** As the server takes them (RFC 9562 §4): it refuses a whole request for one that is none. */
const WHOLE = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const WHOLE_LENGTH = 36;
const BEGINNING = /^[0-9a-f-]{4,36}$/;
const PAGE_JOBS = 1000;
/** Beginnings are looked for among this many of the newest jobs. */
const MAX_PAGES = 100;

export type Found =
  | { kind: "one"; id: string }
  | { kind: "none"; given: string }
  | { kind: "several"; given: string; ids: readonly string[] };

/** What each of the given words means, in their order. */
export async function findIds(client: Pick<Client, "jobs">, words: readonly string[]): Promise<Found[]> {
  const given = words.map((word) => word.toLowerCase());
  for (const word of given) {
    if (!WHOLE.test(word) && !BEGINNING.test(word))
      throw new UsageError(
        `Expected the id of a job or its first 4 characters or more, got ${JSON.stringify(word)}.`,
      );
  }
  const known = given.every((word) => word.length === WHOLE_LENGTH) ? [] : await allIds(client);
  return given.map((word) => {
    if (WHOLE.test(word)) return { kind: "one", id: word };
    const [id, ...more] = known.filter((each) => each.startsWith(word));
    if (id === undefined) return { kind: "none", given: word };
    return more.length === 0 ? { kind: "one", id } : { kind: "several", given: word, ids: [id, ...more] };
  });
}

/** Why a word names no job. */
export function explainFound(found: Exclude<Found, { kind: "one" }>): string {
  if (found.kind === "none" && found.given.length === WHOLE_LENGTH)
    return `There is no job with the id ${found.given}.`;
  if (found.kind === "none") return `There is no job whose id begins with ${found.given}.`;
  const shown = found.ids.slice(0, 5).join(", ");
  return `${found.given} is the beginning of ${found.ids.length} ids: ${shown}${found.ids.length > 5 ? ", …" : ""}`;
}

async function allIds(client: Pick<Client, "jobs">): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await client.jobs.list({ limit: PAGE_JOBS, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...answer.jobs.map(({ id }) => id));
    if (answer.next === null) break;
    cursor = answer.next;
  }
  return ids;
}
