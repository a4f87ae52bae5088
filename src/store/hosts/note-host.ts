/** What is found out about a host on the way. */
import type { HostNote } from "../../job/host-contract.ts";
import { askAnew } from "../../job/host.ts";
import type { Host, HostId } from "../../job/host.ts";
import type { HostKeyQuestion } from "../../job/job-state.ts";
import type { Backend } from "../backend.ts";
import type { Db, HostRow } from "../schema.ts";
import { decodeHost } from "./decode-host.ts";
import { readHostLocked } from "./find-hosts.ts";

export async function noteHost(
  backend: Backend,
  id: HostId,
  note: HostNote,
  now: number,
): Promise<Host | null> {
  // A question has to be there for whoever answers it; of the rest a power cut may undo the last words.
  return backend.write(
    (trx) => noteWithin(backend, trx, id, note, now),
    note.question === undefined ? "relaxed" : "synced",
  );
}

/** In the caller's transaction. A host that is gone has nothing to be asked about. */
export async function noteQuestion(
  backend: Backend,
  trx: Db,
  id: HostId,
  question: HostKeyQuestion | null,
  now: number,
): Promise<void> {
  await noteWithin(backend, trx, id, { question }, now);
}

async function noteWithin(
  backend: Backend,
  trx: Db,
  id: HostId,
  note: HostNote,
  now: number,
): Promise<Host | null> {
  const row = await readHostLocked(backend, trx, id);
  if (row === null) return null;
  const noted = await trx
    .updateTable("hosts")
    .set(columnsOf(note, decodeHost(row), now))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return decodeHost(noted);
}

type Noted = Pick<HostRow, "last_seen_at"> & Partial<Pick<HostRow, "findings" | "question">>;

function columnsOf({ seenAt, findings, question }: HostNote, host: Host, now: number): Noted {
  const pending = question == null ? null : askAnew(host.question, question, now);
  return {
    // Clocks go back; what was seen stays seen.
    last_seen_at: seenAt === undefined ? host.lastSeenAt : Math.max(seenAt, host.lastSeenAt ?? 0),
    ...(findings === undefined ? {} : { findings: JSON.stringify(findings) }),
    ...(question === undefined ? {} : { question: pending === null ? null : JSON.stringify(pending) }),
  };
}
