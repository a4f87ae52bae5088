/** What adding would come to, asked for while somebody types: not at every key, and not to the end if they type on. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import type { JobRequestMessage } from "../../../src/wire/requests.ts";
import { planMany } from "./plan-many.ts";
import { useServer } from "../data/server.tsx";
import { useIsAway } from "../data/use-live.ts";

/** Between the last key and the question. */
const PAUSE_MS = 350;
/** Answers that are not shown any more are of no use: sizes and free space change. */
const KEPT_MS = 5_000;

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

/** @param requests null: nothing to ask for. The same list as long as it says the same: they are compared by it. */
export function usePlan(requests: readonly JobRequestMessage[] | null): PlanView {
  const { client } = useServer();
  const [settled] = useDebouncedValue(requests, PAUSE_MS);
  const query = useQuery({
    // Not the requests themselves: a picture in them is megabytes, and they would be compared at every drawing.
    queryKey: ["plan", settled === null ? null : numberOf(settled)],
    queryFn: ({ signal }) => planMany(client, settled ?? [], signal),
    enabled: settled !== null && requests !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: KEPT_MS,
    retry: false,
  });
  useAskAgain(query.isError, query.refetch);
  const isSettled = settled === requests;
  return {
    plan: requests === null ? null : (query.data ?? null),
    isCurrent: requests !== null && isSettled && query.isSuccess && !query.isPlaceholderData,
    isLooking: requests !== null && (!isSettled || query.isFetching),
    error: requests === null || !isSettled || query.isFetching ? null : query.error,
    retry: () => void query.refetch(),
  };
}

/** What was not answered because the server was away is asked for again as soon as it is back. */
function useAskAgain(isError: boolean, ask: () => unknown): void {
  const away = useIsAway();
  const wasAway = useRef(false);
  useEffect(() => {
    if (!away && wasAway.current && isError) void ask();
    wasAway.current = away;
  }, [away, isError, ask]);
}

const numbers = new WeakMap<object, number>();
let latest = 0;

function numberOf(requests: object): number {
  const known = numbers.get(requests);
  if (known !== undefined) return known;
  latest += 1;
  numbers.set(requests, latest);
  return latest;
}
