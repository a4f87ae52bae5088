/** A source of many files: a job for each that can be placed. */
import type { PlanOutcome, Skipped } from "../job/catalog-contract.ts";
import type { JobDraft } from "../job/job.ts";
import type { TargetFolder } from "./find-target.ts";
import { refuse, refuseOwnFolder, type PlanContext } from "./read-request.ts";

export interface Item {
  /** As the source calls it. */
  what: string;
  /** Below the target, with `/` between folders. */
  path: string;
}

export interface Many<T extends Item> {
  title: string;
  notes: readonly string[];
  /** What was left out before. */
  skipped: readonly Skipped[];
  items: readonly T[];
  target: TargetFolder;
  context: PlanContext;
  draft: (item: T, folder: string, name: string) => JobDraft;
}

export async function planMany<T extends Item>(many: Many<T>): Promise<PlanOutcome> {
  const { title, notes, items, target, context } = many;
  const drafts: JobDraft[] = [];
  const skipped = [...many.skipped];
  for (const item of items) {
    const placed = await target.place(item.path);
    if ("reason" in placed) {
      skipped.push({ what: item.what, reason: placed.reason });
      continue;
    }
    const own = refuseOwnFolder(placed.folder, placed.name, context);
    if (own === null) drafts.push(many.draft(item, placed.folder, placed.name));
    else skipped.push({ what: item.what, reason: own.failure.message });
  }
  const [first] = skipped;
  if (drafts.length === 0)
    return refuse(
      "source",
      "path_refused",
      `source: none of the files of ${title} can be placed${first === undefined ? "" : `: ${first.what}: ${first.reason}`}`,
    );
  return { kind: "many", title, drafts, skipped, notes };
}
