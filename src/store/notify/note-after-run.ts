/** What became of the command after a download, in the history of the download. */
import type { JobId } from "../../job/job.ts";
import { recordChanges } from "../changes.ts";
import { recordLine } from "../history.ts";
import type { Db } from "../schema.ts";

/** Characters of our own words about it. */
const MAX_SHOWN = 300;

/**
 * Nothing where the job is gone.
 *
 * @param answer its first line is ours and says how the command ended; what it printed comes below, may hold what only
 *   admins should read, and stays with the channel: histories are for whoever may look
 */
export async function noteAfterRun(
  trx: Db,
  id: JobId,
  name: string,
  answer: string,
  now: number,
): Promise<void> {
  const job = await trx
    .selectFrom("jobs")
    .select(["sequence", "kind"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (job === undefined) return;
  const [first = ""] = answer.split("\n", 1);
  const words = first.replaceAll(/\s+/g, " ").trim();
  const said = words.length > MAX_SHOWN ? `${words.slice(0, MAX_SHOWN)}…` : words;
  await recordLine(trx, job.sequence, {
    at: now,
    from: job.kind,
    to: job.kind,
    reason: `after it ${name} was run: ${said}`,
    failure: null,
  });
  await recordChanges(trx, [id], "job", now);
}
