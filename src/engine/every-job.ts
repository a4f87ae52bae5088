import type { Job } from "../job/job.ts";
import type { JobFilter, JobSort, JobStore } from "../job/store-contract.ts";

/** Some 20 ms of reading, on a busy machine: nobody else has a word meanwhile. */
const PAGE_LENGTH = 200;

/** All jobs a filter matches, page by page. */
export async function* everyJob(
  filter: JobFilter,
  sort: JobSort,
  store: Pick<JobStore, "list">,
): AsyncGenerator<Job> {
  let after: string | undefined;
  do {
    const page = await store.list({
      ...filter,
      sort,
      limit: PAGE_LENGTH,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.jobs;
    after = page.next ?? undefined;
  } while (after !== undefined);
}
