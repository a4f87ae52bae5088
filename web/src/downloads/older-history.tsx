import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { Client } from "../../../src/client/create-client.ts";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { ENDED_STATUSES, hasEnded } from "../../../src/client/poll-jobs.ts";
import { SNAPSHOT_ENDED_JOBS } from "../../../src/wire/events.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobFilter } from "../data/group-jobs.ts";
import { useServer } from "../data/server.tsx";
import { useLive } from "../data/use-live.ts";
import { DoneRowView } from "./done-row.tsx";
import { t } from "../words/words.ts";
import { Button } from "../ui/button.tsx";

/** As many as the live list holds: the second page is the first that brings something new. */
const PAGE_JOBS = SNAPSHOT_ENDED_JOBS;

/** Jobs that ended so long ago that the live list does not hold them: fetched page by page when asked for. */
export function OlderHistory({ filter }: { filter: JobFilter }) {
  const [asked, setAsked] = useState(false);
  const full = useLive(useCallback((view: LiveView) => countEnded(view) >= SNAPSHOT_ENDED_JOBS, []));
  if (!full) return null;
  if (asked) return <OlderPages filter={filter} />;
  return (
    <div className="older-history">
      <Button variant="default" size="sm" onClick={() => setAsked(true)}>
        {t("Show older downloads")}
      </Button>
    </div>
  );
}

function OlderPages({ filter }: { filter: JobFilter }) {
  const { client, live } = useServer();
  const known = live.getSnapshot().jobs;
  const pages = useInfiniteQuery({
    queryKey: ["older-jobs", filter.search, filter.place, filter.kind, filter.group],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => readOlder(client, filter, known, pageParam, signal),
    getNextPageParam: (page) => page.next,
  });
  const older = (pages.data?.pages ?? []).flatMap((page) => page.jobs).filter((job) => !known.has(job.id));
  return (
    <>
      {older.map((job, index) => (
        <DoneRowView key={job.id} job={job} first={index === 0} last={index === older.length - 1} />
      ))}
      {(pages.hasNextPage || pages.isFetching) && (
        <div className="older-history">
          <Button
            variant="default"
            size="sm"
            loading={pages.isFetching}
            onClick={() => void pages.fetchNextPage()}
          >
            {t("Show older downloads")}
          </Button>
        </div>
      )}
    </>
  );
}

/** The next page that holds a job the live list does not. */
async function readOlder(
  client: Client,
  { search, place, kind, group }: JobFilter,
  known: LiveView["jobs"],
  from: string | null,
  signal: AbortSignal,
): Promise<{ jobs: JobMessage[]; next: string | null }> {
  let cursor = from;
  for (;;) {
    const page = await client.jobs.list(
      {
        status: [...ENDED_STATUSES],
        limit: PAGE_JOBS,
        ...(search === "" ? {} : { search }),
        ...(place === null ? {} : { host: place }),
        ...(group === null ? {} : { group }),
        ...(cursor === null ? {} : { cursor }),
      },
      signal,
    );
    const jobs = kind === null ? page.jobs : page.jobs.filter((job) => job.source.kind === kind);
    if (page.next === null || jobs.some((job) => !known.has(job.id))) return { ...page, jobs };
    cursor = page.next;
  }
}

function countEnded(view: LiveView): number {
  let count = 0;
  for (const job of view.jobs.values()) if (hasEnded(job)) count++;
  return count;
}
