import { randomUUID } from "node:crypto";
import type { HostInsertOutcome } from "../../job/host-contract.ts";
import { NO_LIMITS } from "../../job/host.ts";
import type { HostDraft, HostId } from "../../job/host.ts";
import type { Backend } from "../backend.ts";
import { decodeHost } from "./decode-host.ts";
import { findHost } from "./find-hosts.ts";

/** The unique index decides, not a look beforehand: another process may insert at this very moment. */
export async function insertHost(
  backend: Backend,
  draft: HostDraft & { id?: HostId },
  now: number,
): Promise<HostInsertOutcome> {
  return backend.write(async (trx) => {
    for (;;) {
      const row = await trx
        .insertInto("hosts")
        .values({
          id: draft.id ?? randomUUID(),
          identity: draft.identity,
          label: draft.label ?? draft.address,
          connection: draft.connection,
          address: draft.address,
          port: draft.port,
          login: draft.user,
          instance_id: draft.instanceId,
          ui_home: draft.uiHome ?? null,
          tags: JSON.stringify(draft.tags ?? []),
          limits: JSON.stringify(draft.limits ?? NO_LIMITS),
          created_at: now,
          updated_at: now,
          last_seen_at: null,
          findings: null,
          question: null,
          labels: JSON.stringify(draft.needs ?? {}),
          ran_on: null,
          ran_at: null,
        })
        .onConflict((conflict) => conflict.column("identity").doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) return { kind: "inserted", host: decodeHost(row) };
      const existing = await findHost(trx, draft.identity);
      // None: it was removed between the two looks.
      if (existing !== null) return { kind: "existing", host: existing };
    }
  });
}
