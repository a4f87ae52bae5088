import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { JobCalls } from "../../../src/client/create-client.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useServer } from "../data/server.tsx";
import { MOST_PARTS, readLog } from "./read-log.ts";
import type { ShownLog } from "./read-log.ts";

/** While the command runs. */
const LOOK_EVERY_MS = 1_000;

/** What the job's commands wrote, kept up to date while it runs. */
export function useJobLog(job: JobMessage) {
  const { client } = useServer();
  const queries = useQueryClient();
  const key = useMemo(() => ["log", job.id] as const, [job.id]);
  // What was written between the last look and its end is part of it. It may have been at work unseen, too, between two
  // states that are told: each of them is a reason to look.
  const restsSince = job.status === "RUNNING" ? null : job.updated_at;
  useEffect(() => {
    if (restsSince !== null) void queries.invalidateQueries({ queryKey: key });
  }, [queries, key, restsSince]);
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => readLog(client.jobs, job.id, queries.getQueryData<ShownLog>(key), signal),
    // A last look that failed is no last look.
    refetchInterval: ({ state }) => (restsSince !== null && !state.isInvalidated ? false : LOOK_EVERY_MS),
    staleTime: 0,
  });
}

/** The whole log as a file. */
export async function downloadLog(jobs: Pick<JobCalls, "log">, job: JobMessage): Promise<void> {
  const parts: string[] = [];
  let offset = 0;
  for (let part = 0; part < MOST_PARTS; part++) {
    const { text, next, open } = await jobs.log(job.id, offset);
    parts.push(text);
    offset = next;
    if (text !== "") continue;
    parts.push(open ?? "");
    break;
  }
  const url = URL.createObjectURL(new Blob(parts, { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${job.name.replaceAll(/[^\w.-]+/g, "_")}.log`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}
