import type { HostPatch, HostUpdateOutcome } from "../../job/host-contract.ts";
import type { HostId } from "../../job/host.ts";
import type { Backend } from "../backend.ts";
import type { Db, HostRow } from "../schema.ts";
import { decodeHost } from "./decode-host.ts";
import { findHost, readHostLocked } from "./find-hosts.ts";

export async function updateHost(
  backend: Backend,
  id: HostId,
  patch: HostPatch,
  now: number,
): Promise<HostUpdateOutcome> {
  try {
    return await backend.write((trx) => updateWithin(backend, trx, id, patch, now));
  } catch (error) {
    if (!backend.isUniqueViolation(error) || patch.identity === undefined) throw error;
    const by = await findHost(backend.db, patch.identity);
    if (by === null) throw error;
    return { kind: "taken", by };
  }
}

async function updateWithin(
  backend: Backend,
  trx: Db,
  id: HostId,
  patch: HostPatch,
  now: number,
): Promise<HostUpdateOutcome> {
  const row = await readHostLocked(backend, trx, id);
  if (row === null) return { kind: "unknown" };
  const columns = columnsOf(patch);
  const isSame = Object.entries(columns).every(([name, value]) => row[name as keyof HostRow] === value);
  if (isSame) return { kind: "updated", host: decodeHost(row) };
  const updated = await trx
    .updateTable("hosts")
    .set({ ...columns, updated_at: now })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { kind: "updated", host: decodeHost(updated) };
}

function columnsOf(patch: HostPatch): Partial<HostRow> {
  const { user, instanceId, uiHome, tags, limits, needs, ...same } = patch;
  return {
    ...same,
    ...(user === undefined ? {} : { login: user }),
    ...(instanceId === undefined ? {} : { instance_id: instanceId }),
    ...(uiHome === undefined ? {} : { ui_home: uiHome }),
    ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
    ...(limits === undefined ? {} : { limits: JSON.stringify(limits) }),
    ...(needs === undefined ? {} : { labels: JSON.stringify(needs) }),
  };
}
