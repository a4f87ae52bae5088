import type { HostRemoveOutcome } from "../../job/host-contract.ts";
import type { HostId } from "../../job/host.ts";
import { laneOf } from "../../job/place.ts";
import type { Backend } from "../backend.ts";
import { decodeHost } from "./decode-host.ts";
import { readHostLocked } from "./find-hosts.ts";

const OPEN_KINDS = ["pending", "running", "paused", "blocked"] as const;

/** Jobs that have ended stay: their history names the host by its id. */
export async function removeHost(backend: Backend, id: HostId): Promise<HostRemoveOutcome> {
  return backend.write(async (trx) => {
    const row = await readHostLocked(backend, trx, id);
    if (row === null) return { kind: "unknown" };
    const counts = await trx
      .selectFrom("job_counts")
      .select("n")
      .where("lane", "=", laneOf({ kind: "ssh", hostId: id }))
      .where("kind", "in", OPEN_KINDS)
      .execute();
    const jobs = counts.reduce((sum, { n }) => sum + n, 0);
    if (jobs > 0) return { kind: "has_jobs", jobs };
    await trx.deleteFrom("hosts").where("id", "=", id).execute();
    return { kind: "removed", host: decodeHost(row) };
  });
}
