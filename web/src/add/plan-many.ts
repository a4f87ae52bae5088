/** What many requests would come to: the server takes so many at a time. */
import type { Client } from "../../../src/client/create-client.ts";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import type { JobRequestMessage } from "../../../src/wire/requests.ts";

/** As many as the server plans in one go. */
const AT_ONCE = 100;

export async function planMany(
  client: Client,
  requests: readonly JobRequestMessage[],
  signal: AbortSignal,
): Promise<PlanAnswer> {
  const answers: PlanAnswer[] = [];
  for (let from = 0; from === 0 || from < requests.length; from += AT_ONCE)
    answers.push(await client.jobs.plan(requests.slice(from, from + AT_ONCE), signal));
  return joinAnswers(answers);
}

/** What is written to one disk counts together. */
export function joinAnswers(answers: readonly PlanAnswer[]): PlanAnswer {
  const disks = new Map<string, PlanAnswer["space"][number]>();
  for (const disk of answers.flatMap(({ space }) => space)) {
    const key = `${disk.host ?? ""} ${disk.folder}`;
    const needed = disk.needed_bytes + (disks.get(key)?.needed_bytes ?? 0);
    disks.set(key, {
      ...disk,
      needed_bytes: needed,
      enough: needed + disk.promised_bytes <= disk.free_bytes,
    });
  }
  const sum = (of: "count" | "bytes" | "unknown"): number =>
    answers.reduce((total, answer) => total + answer[of], 0);
  return {
    plans: answers.flatMap(({ plans }) => plans),
    count: sum("count"),
    bytes: sum("bytes"),
    unknown: sum("unknown"),
    space: [...disks.values()],
  };
}
