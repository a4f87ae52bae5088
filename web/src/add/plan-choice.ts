/** Which jobs of a plan are wanted, and what the server is asked for them. Pure. */
import type { PlanAnswer, PlannedJobMessage } from "../../../src/wire/plan.ts";
import type { JobRequestMessage } from "../../../src/wire/requests.ts";
import { choiceKey } from "./plan-rows.ts";

/** What a person has ticked or unticked, by `choiceKey`; the rest is as it was proposed. */
export type Choices = ReadonlyMap<string, boolean>;

/** Whether there is anything to choose: what is there, queued or in the list twice needs nothing more. */
export function isChoosable({ state }: PlannedJobMessage): boolean {
  return state === "new" || state === "begun" || state === "here_elsewhere" || state === "in_the_way";
}

/** Proposed is what nothing seems to be wrong with. A file in the way is replaced only if somebody says so. */
export function isChosen(plan: number, job: PlannedJobMessage, choices: Choices): boolean {
  if (!isChoosable(job)) return false;
  return choices.get(choiceKey(plan, job)) ?? (job.state !== "in_the_way" && job.trouble === null);
}

export interface ChosenSum {
  count: number;
  /** Bytes still to be fetched, as far as sizes are known; of these to this machine. */
  bytes: number;
  bytesHere: number;
  /** Chosen jobs whose size nobody knows. */
  unknown: number;
  /** Jobs one could choose. */
  choosable: number;
}

export function sumChosen({ plans }: PlanAnswer, choices: Choices): ChosenSum {
  const sum: ChosenSum = { count: 0, bytes: 0, bytesHere: 0, unknown: 0, choosable: 0 };
  for (const [at, { jobs }] of plans.entries()) {
    for (const job of jobs) {
      if (isChoosable(job)) sum.choosable++;
      if (!isChosen(at, job, choices)) continue;
      // What is taken from this machine comes over no network.
      const bytes = job.state === "here_elsewhere" ? 0 : Math.max(0, (job.size ?? 0) - job.bytes_done);
      sum.count++;
      sum.bytes += bytes;
      if (job.place.kind === "node") sum.bytesHere += bytes;
      if (job.size === null) sum.unknown++;
    }
  }
  return sum;
}

/** Everything that can be chosen of these rows, ticked or unticked at once. */
export function chooseAll(keys: readonly string[], wanted: boolean, choices: Choices): Choices {
  const next = new Map(choices);
  for (const key of keys) next.set(key, wanted);
  return next;
}

/**
 * The requests that queue what is chosen and nothing else: whole where all of a source is wanted, else by the keys of
 * its jobs; those that take the place of another file by themselves.
 */
export function toChosenRequests(
  requests: readonly JobRequestMessage[],
  { plans }: PlanAnswer,
  choices: Choices,
): JobRequestMessage[] {
  return requests.flatMap((request, at) => {
    const jobs = plans[at]?.jobs ?? [];
    const chosen = jobs.filter((job) => isChosen(at, job, choices));
    const plain = chosen.filter(({ state }) => state !== "in_the_way");
    const replacing = chosen.filter(({ state }) => state === "in_the_way");
    const isWhole = plain.length === jobs.filter(isChoosable).length;
    return [
      ...(plain.length === 0 ? [] : [isWhole ? request : { ...request, only: keysOf(plain) }]),
      ...(replacing.length === 0 ? [] : [{ ...request, replace: true, only: keysOf(replacing) }]),
    ];
  });
}

export interface PlaceSum {
  /** Files that are chosen, and what of them is still to be fetched, as far as sizes are known. */
  count: number;
  bytes: number;
  unknown: number;
  there: number;
  queued: number;
  /** Files that would fail, and sources that cannot be had there. */
  troubles: number;
  /** What names the files that can be chosen. */
  keys: string[];
}

/** What is chosen of the plans from this one on, before that one. */
export function sumPlace({ plans }: PlanAnswer, from: number, before: number, choices: Choices): PlaceSum {
  const sum: PlaceSum = { count: 0, bytes: 0, unknown: 0, there: 0, queued: 0, troubles: 0, keys: [] };
  for (const [offset, { jobs, error }] of plans.slice(from, before).entries()) {
    const at = from + offset;
    if (error !== null) sum.troubles++;
    for (const job of jobs) {
      if (job.state === "there") sum.there++;
      if (job.state === "queued") sum.queued++;
      if (job.trouble !== null) sum.troubles++;
      if (isChoosable(job)) sum.keys.push(choiceKey(at, job));
      if (!isChosen(at, job, choices)) continue;
      sum.count++;
      sum.bytes += job.state === "here_elsewhere" ? 0 : Math.max(0, (job.size ?? 0) - job.bytes_done);
      if (job.size === null) sum.unknown++;
    }
  }
  return sum;
}

/**
 * Sources of a group for so many places: whole where all of it is wanted everywhere, else by the keys of its jobs,
 * which name them at their places.
 *
 * @param requests place by place, the same for each
 */
export function toGroupSources(
  requests: readonly JobRequestMessage[],
  places: number,
  { plans }: PlanAnswer,
  choices: Choices,
): Omit<JobRequestMessage, "to">[] {
  const sources = requests.length / places;
  return requests.slice(0, sources).flatMap(({ to: _place, ...source }, at) => {
    const all = Array.from({ length: places }, (_, place) => place * sources + at).flatMap((plan) =>
      (plans[plan]?.jobs ?? []).map((job) => ({ job, chosen: isChosen(plan, job, choices) })),
    );
    const chosen = all.flatMap((each) => (each.chosen ? [each.job] : []));
    const plain = chosen.filter(({ state }) => state !== "in_the_way");
    const replacing = chosen.filter(({ state }) => state === "in_the_way");
    const isWhole = plain.length === all.filter(({ job }) => isChoosable(job)).length;
    return [
      ...(plain.length === 0 ? [] : [isWhole ? source : { ...source, only: keysOf(plain) }]),
      ...(replacing.length === 0 ? [] : [{ ...source, replace: true, only: keysOf(replacing) }]),
    ];
  });
}

function keysOf(jobs: readonly PlannedJobMessage[]): string[] {
  return [...new Set(jobs.map(({ key }) => key))];
}
