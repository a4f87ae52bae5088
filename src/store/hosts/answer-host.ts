import type { HostId } from "../../job/host.ts";
import type { JobId } from "../../job/job.ts";
import { laneOf } from "../../job/place.ts";
import { applyWithin } from "../apply-event.ts";
import type { Backend } from "../backend.ts";
import { noteQuestion } from "./note-host.ts";

/** The jobs that wait for the answer, the oldest first; all of them or, if anything fails, none. */
export async function answerHost(
  backend: Backend,
  id: HostId,
  accept: boolean,
  now: number,
): Promise<JobId[]> {
  return backend.write(async (trx) => {
    await noteQuestion(backend, trx, id, null, now);
    const rows = await trx
      .selectFrom("jobs")
      .select("id")
      .where("lane", "=", laneOf({ kind: "ssh", hostId: id }))
      .where("kind", "=", "blocked")
      .orderBy("sequence")
      .execute();
    const answered: JobId[] = [];
    for (const row of rows) {
      const outcome = await applyWithin(backend, trx, row.id, { type: "answer", accept }, now);
      if (outcome.kind === "applied") answered.push(row.id);
    }
    return answered;
  });
}
