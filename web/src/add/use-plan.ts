/** What adding would come to, asked for while somebody types: not at every key, and not to the end if they type on. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import type { JobRequestMessage } from "../../../src/wire/requests.ts";
import { useServer } from "../data/server.tsx";

/** Between the last key and the question. */
const PAUSE_MS = 350;
/** Answers that are not shown any more are soon of no use: sizes and free space change. */
const KEPT_MS = 60_000;

export interface PlanView {
  /** Of the requests as they are now, or as they were before; null: there is none. */
  plan: PlanAnswer | null;
  /** Whether `plan` is of the requests as they are now. */
  isCurrent: boolean;
  /** Whether a question is on its way, or soon will be. */
  isLooking: boolean;
  /** Why there is no answer. */
  error: Error | null;
  retry: () => void;
}

/** @param requests null: nothing to ask for */
export function usePlan(requests: readonly JobRequestMessage[] | null): PlanView {
  const { client } = useServer();
  // Compared as text: the list is another one at every key, even where it says the same.
  const text = requests === null ? "" : JSON.stringify(requests);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const isEmpty = text === "";
  const query = useQuery({
    queryKey: ["plan", settled],
    queryFn: ({ signal }) => client.jobs.plan(JSON.parse(settled) as JobRequestMessage[], signal),
    enabled: settled !== "" && !isEmpty,
    placeholderData: keepPreviousData,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
    retry: false,
  });
  const isCurrent = !isEmpty && settled === text && query.data !== undefined && !query.isPlaceholderData;
  return {
    plan: isEmpty ? null : (query.data ?? null),
    isCurrent,
    isLooking: !isEmpty && (settled !== text || query.isFetching),
    error: isEmpty || query.isFetching ? null : query.error,
    retry: () => void query.refetch(),
  };
}
