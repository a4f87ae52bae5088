/** Where a job's bytes come from and where they go, in short. */
import type { JobMessage } from "../../../src/wire/job-message.ts";

type TransferMessage = Extract<JobMessage["steps"][number], { kind: "transfer" }>;

/** The transfer at work, or the last one. */
export function transferOf(job: JobMessage): TransferMessage | null {
  const at = job.steps[Math.min(job.step, job.steps.length - 1)];
  if (at?.kind === "transfer") return at;
  return job.steps.findLast((step): step is TransferMessage => step.kind === "transfer") ?? null;
}

/** `huggingface.co`, or null for a source without an address. */
export function sourceHost(job: JobMessage): string | null {
  const url = transferOf(job)?.url;
  return url === undefined || !URL.canParse(url) ? null : new URL(url).host.replace(/^www\./, "");
}

/** The folder a job writes to, or null while nobody knows. */
export function folderOf(job: JobMessage): string | null {
  if (job.destination === null) return transferOf(job)?.folder ?? null;
  const cut = job.destination.lastIndexOf("/");
  return cut <= 0 ? "/" : job.destination.slice(0, cut);
}

/** The last parts of a path, for narrow places: `…/models/unet`. */
export function shortPath(path: string, parts = 2): string {
  const all = path.split("/").filter((part) => part !== "");
  return all.length <= parts ? path : `…/${all.slice(-parts).join("/")}`;
}
