/** What has happened between two looks at the jobs, for the browser to tell. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { t, tn } from "../words/words.ts";

type Jobs = ReadonlyMap<string, JobMessage>;

export interface News {
  complete: string[];
  failed: string[];
  /** They ask about a host key. */
  asking: string[];
}

export const NO_NEWS: News = { complete: [], failed: [], asking: [] };

/** When the newest of the jobs was added: younger ones are seen from their beginning. */
export function newestOf(jobs: Jobs): string {
  return [...jobs.values()].reduce((newest, { created_at: at }) => (at > newest ? at : newest), "");
}

/**
 * Of jobs that were seen before they changed, and of those that were added and ended between two looks; what an
 * older one has become while nobody looked is no news.
 *
 * @param since when the newest was added as the watch began
 */
export function findNews(before: Jobs, now: Jobs, news: News, since: string): News {
  if (before === now) return news;
  const found: News = { complete: [...news.complete], failed: [...news.failed], asking: [...news.asking] };
  for (const [id, { status, name, created_at: at }] of now) {
    const old = before.get(id);
    if (old === undefined ? at <= since : old.status === status) continue;
    if (status === "COMPLETE") found.complete.push(name);
    if (status === "FAILED") found.failed.push(name);
    if (status === "HOST_VERIFICATION_NEEDED") found.asking.push(name);
  }
  return found;
}

export function countNews({ complete, failed, asking }: News): number {
  return complete.length + failed.length + asking.length;
}

/** Names in one notification: more is not read there. */
const NAMED = 3;

/** One notification for all of it. */
export function wordNews({ complete, failed, asking }: News): { title: string; body: string } {
  const parts = [
    ...(complete.length > 0 ? [tn(complete.length, "{n} download complete", "{n} downloads complete")] : []),
    ...(failed.length > 0 ? [tn(failed.length, "{n} download failed", "{n} downloads failed")] : []),
    ...(asking.length > 0
      ? [tn(asking.length, "{n} asks about a host key", "{n} ask about a host key")]
      : []),
  ];
  // What somebody has to see to comes first.
  const names = [...asking, ...failed, ...complete];
  const rest = names.length - NAMED;
  return {
    title: parts.join(", "),
    body: [...names.slice(0, NAMED), ...(rest > 0 ? [t("and {count} more", { count: rest })] : [])].join(
      "\n",
    ),
  };
}
