/** Whether each command on an instance began once for each of its attempts. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { History } from "./judge-jobs.ts";

/** What leads to another attempt: the one before has ended, and a person or the retry policy wants one more. */
const ANOTHER = /^(?:will be tried again|retried by a person|resumed by a person|let run now)/;

interface Start {
  job: string;
  run: string;
  step: number;
}

/**
 * @param lines what commands wrote down as they began: the names of their runs
 * @param counted the steps of a card that write a line
 */
export function judgeStarts(
  lines: readonly string[],
  jobs: readonly { job: JobMessage; history: History }[],
  counted: readonly number[],
): string[] {
  const broken: string[] = [];
  const starts = lines.flatMap((line): Start[] => {
    const [, job = "", run = "", step = ""] = /([0-9a-f-]{36})-(\d+)-(\d+)$/.exec(line) ?? [];
    if (job === "") broken.push(`'${line}' is no run of a job`);
    return job === "" ? [] : [{ job, run, step: Number(step) }];
  });
  const ofJob = Map.groupBy(starts, ({ job }) => job);
  const known = new Set(jobs.map(({ job }) => job.id));
  for (const id of ofJob.keys()) if (!known.has(id)) broken.push(`a command of ${id} ran, which is no job`);
  for (const { job, history } of jobs) {
    const attempts = 1 + history.filter(({ reason }) => ANOTHER.test(reason)).length;
    for (const step of counted) {
      const began = (ofJob.get(job.id) ?? []).filter((start) => start.step === step);
      const runs = new Set(began.map(({ run }) => run));
      const what = `step ${step} of ${job.name} (${job.id})`;
      if (runs.size < began.length) broken.push(`${what} began ${began.length} times in ${runs.size} runs`);
      if (runs.size > attempts) broken.push(`${what} had ${runs.size} runs in ${attempts} attempts`);
      if (runs.size === 0 && job.status === "COMPLETE") broken.push(`${what} never began`);
    }
  }
  return broken;
}
