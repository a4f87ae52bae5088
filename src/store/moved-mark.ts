/**
 * The mark of a database whose queue was moved to another one. It is a row in the list of its schema's versions, with a
 * number that no schema will have: programs that know nothing of moves take it for a database of a newer version, and
 * leave it alone, too.
 */
import { StoreError } from "./store-error.ts";
import type { Db } from "./schema.ts";

export const MOVED_VERSION = 1_000_000;

export interface MovedMark {
  /** "moving": whether all of it arrived is not known yet; the same move goes on from here. */
  state: "moving" | "moved";
  /** The same here and in the database it was moved to. */
  id: string;
  /** Where to, in words without secrets. */
  to: string;
  /** When it was begun. Milliseconds since 1970. */
  at: number;
}

/** @returns null for a database that has not been moved. Its list of versions has to be there. */
export async function readMovedMark(db: Db): Promise<MovedMark | null> {
  const row = await db
    .selectFrom("schema_versions")
    .select("name")
    .where("version", "=", MOVED_VERSION)
    .executeTakeFirst();
  return row === undefined ? null : parseMovedMark(row.name);
}

/** One that cannot be read is still a mark. */
export function parseMovedMark(text: string): MovedMark {
  try {
    const { state, id, to, at } = JSON.parse(text) as Record<keyof MovedMark, unknown>;
    return {
      state: state === "moving" ? "moving" : "moved",
      id: String(id),
      to: String(to),
      at: Number(at),
    };
  } catch {
    return { state: "moved", id: "", to: "another database", at: Number.NaN };
  }
}

export async function setMovedMark(trx: Db, mark: MovedMark): Promise<void> {
  await removeMovedMark(trx);
  await trx
    .insertInto("schema_versions")
    .values({ version: MOVED_VERSION, name: JSON.stringify(mark), applied_at: mark.at })
    .execute();
}

export async function removeMovedMark(trx: Db): Promise<void> {
  await trx.deleteFrom("schema_versions").where("version", "=", MOVED_VERSION).execute();
}

/** Why nobody works on a database with this mark. */
export function movedError(where: string, mark: MovedMark): StoreError {
  const day = Number.isFinite(mark.at) ? ` on ${new Date(mark.at).toISOString().slice(0, 10)}` : "";
  return new StoreError(
    "store_foreign",
    mark.state === "moved"
      ? `The queue in ${where} was moved to ${mark.to}${day}. Set HAULYARD_DATABASE_URL to that database, or go back to what was here then with 'haulyard migrate --undo'.`
      : `The move of the queue in ${where} to ${mark.to} was broken off. Run the same 'haulyard migrate' again to finish it, or stay here with 'haulyard migrate --undo'.`,
  );
}

/** @throws StoreError if the queue has been moved away from this database */
export async function refuseMoved(db: Db, where: string): Promise<void> {
  const mark = await readMovedMark(db);
  if (mark !== null) throw movedError(where, mark);
}
