/** What is asked of the origins where machines of one site fetch their files once. Pure. */
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import { sharingSites } from "../places/site-sharing.ts";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { isChosen } from "./plan-choice.ts";
import type { Choices } from "./plan-choice.ts";

export interface OriginSum {
  /** Files that are fetched from their origin, and what of them is still to come, as far as sizes are known. */
  files: number;
  bytes: number;
  /** The same if each place fetched for itself. */
  allFiles: number;
  allBytes: number;
  /** Files among all of them whose size nobody knows. */
  unknown: number;
}

/** @param places with as many plans each as there are sources, place by place */
export function sumOrigin(
  { plans }: PlanAnswer,
  places: readonly PlaceChoice[],
  choices: Choices,
): OriginSum {
  const shares = new Map(
    [...sharingSites(places)].flatMap(([site, machines]) => machines.map(({ to }) => [to, site] as const)),
  );
  const sum: OriginSum = { files: 0, bytes: 0, allFiles: 0, allBytes: 0, unknown: 0 };
  /** Most of what one machine of a site lacks of a file that it shares. */
  const shared = new Map<string, number>();
  for (const [at, { jobs }] of plans.entries()) {
    const site = shares.get(places[Math.floor((at * places.length) / plans.length)]?.to ?? "");
    for (const job of jobs) {
      // What is on the machine already is asked of nobody.
      if (!isChosen(at, job, choices) || job.state === "here_elsewhere") continue;
      const bytes = Math.max(0, (job.size ?? 0) - job.bytes_done);
      sum.allFiles++;
      sum.allBytes += bytes;
      if (job.size === null) sum.unknown++;
      if (site === undefined || job.file === undefined) {
        sum.files++;
        sum.bytes += bytes;
        continue;
      }
      const file = `${job.file} ${site}`;
      shared.set(file, Math.max(shared.get(file) ?? 0, bytes));
    }
  }
  for (const bytes of shared.values()) {
    sum.files++;
    sum.bytes += bytes;
  }
  return sum;
}
