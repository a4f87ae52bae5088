/** People, who change their minds. */
import type { JobMessage } from "../../../../src/wire/job-message.ts";
import type { Begin, Stage } from "../stage.ts";
import { askAny, listAll, OVER } from "../stage.ts";

export const pauseJob: Begin = async (stage, { amount }) => {
  const job = await choose(stage, amount);
  if (job === null) return OVER;
  const answer = await askAny(stage, `/jobs/${job.id}/pause`, "POST");
  stage.note(`pause of ${job.name}: ${answer?.status ?? "no answer"}`);
  return async () => void (await askAny(stage, `/jobs/${job.id}/resume`, "POST"));
};

export const cancelJob: Begin = async (stage, { amount }) => {
  const job = await choose(stage, amount);
  if (job === null) return OVER;
  // Whatever is answered: it may have been heard.
  stage.cancelled.add(job.id);
  const answer = await askAny(stage, `/jobs/${job.id}/cancel`, "POST");
  stage.note(`cancel of ${job.name}: ${answer?.status ?? "no answer"}`);
  return OVER;
};

async function choose(stage: Stage, amount: number): Promise<JobMessage | null> {
  const all = await listAll((path) => askAny(stage, path));
  const open = all?.jobs.filter(({ status }) => status === "PENDING" || status === "RUNNING") ?? [];
  return open[Math.floor(amount * open.length)] ?? null;
}
