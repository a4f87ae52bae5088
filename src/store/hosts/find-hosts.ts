import type { Host, HostId } from "../../job/host.ts";
import type { Labels } from "../../job/node-contract.ts";
import type { Backend } from "../backend.ts";
import type { Db, HostRow } from "../schema.ts";
import { decodeHost, decodeLimits, decodeNeeds } from "./decode-host.ts";

export async function getHost(db: Db, id: HostId): Promise<Host | null> {
  const row = await db.selectFrom("hosts").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : decodeHost(row);
}

export async function findHost(db: Db, identity: string): Promise<Host | null> {
  const row = await db.selectFrom("hosts").selectAll().where("identity", "=", identity).executeTakeFirst();
  return row === undefined ? null : decodeHost(row);
}

export async function listHosts(db: Db): Promise<Host[]> {
  const rows = await db
    .selectFrom("hosts")
    .selectAll()
    .orderBy("label")
    .orderBy("address")
    .orderBy("port")
    .orderBy("id")
    .execute();
  return rows.map(decodeHost);
}

export async function listJobLimits(db: Db): Promise<{ id: HostId; jobs: number }[]> {
  const rows = await db
    .selectFrom("hosts")
    .select(["id", "limits"])
    // As JSON.stringify writes it: most hosts have none, and are not worth their reading.
    .where("limits", "not like", '%"jobs":null%')
    .orderBy("id")
    .execute();
  return rows.flatMap((row) => {
    const { jobs } = decodeLimits(row);
    return jobs === null ? [] : [{ id: row.id, jobs }];
  });
}

export async function listNeeds(db: Db): Promise<ReadonlyMap<HostId, Labels>> {
  const rows = await db
    .selectFrom("hosts")
    .select(["id", "labels"])
    // As JSON.stringify writes it.
    .where("labels", "!=", "{}")
    .orderBy("id")
    .execute();
  return new Map(rows.map((row) => [row.id, decodeNeeds(row)]));
}

/** To be changed in the transaction it is read in. */
export async function readHostLocked(backend: Backend, trx: Db, id: HostId): Promise<HostRow | null> {
  const row = await backend
    .locked(trx.selectFrom("hosts").selectAll().where("id", "=", id))
    .executeTakeFirst();
  return row ?? null;
}
