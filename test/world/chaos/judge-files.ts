/** Whether what lies under the final names is whole, and nothing else is left. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { hashOf } from "../file-bytes.ts";
import { contentOf } from "../origin.ts";
import type { ChaosRig } from "./chaos-rig.ts";
import type { Work } from "./plan-work.ts";
import { versionsOf } from "./plan-work.ts";

export interface Counted {
  bytes: number;
  broken: string[];
}

export function judgeFile(job: JobMessage, work: Work, rig: ChaosRig): Counted {
  const path = pathOf(job, work, rig);
  const say = (text: string): Counted => ({ bytes: 0, broken: [`${work.name} (${job.id}): ${text}`] });
  if (job.status !== "COMPLETE") {
    // A tool of a card writes under the final name; what we place is there whole or not at all.
    if (work.kind === "card" || !existsSync(path)) return { bytes: 0, broken: [] };
    return isWhole(path, work)
      ? { bytes: 0, broken: [] }
      : say(`is ${job.status}, and ${path} is there and not whole`);
  }
  if (!existsSync(path)) return say(`is complete, and there is no ${path}`);
  const left = [".part", ".part.json", ".lock", ".aria2"].filter((end) => existsSync(path + end));
  if (left.length > 0) return say(`is complete, and left ${left.join(", ")} behind`);
  if (!isWhole(path, work)) return say(`is complete, and ${path} has other bytes than its origin`);
  return { bytes: work.spec.size, broken: [] };
}

function pathOf({ destination, name }: JobMessage, work: Work, { instances }: ChaosRig): string {
  if (work.kind === "card") return join(instances[work.instance]?.uiHome ?? "", "models/chaos", work.name);
  return destination ?? name;
}

function isWhole(path: string, work: Work): boolean {
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
  return versionsOf(work).some((spec) => hashOf(contentOf(`/${work.name}`, spec), "sha256") === hash);
}
