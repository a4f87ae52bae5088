/** Who may ask, as the server says it; asked again after every change. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { UseMutationResult, UseQueryResult } from "@tanstack/react-query";
import type { AccessCalls } from "../../../src/client/access-calls.ts";
import type { AccessMessage } from "../../../src/wire/access.ts";
import { describeError } from "../data/describe-error.ts";
import { showAtOnce } from "../data/show-at-once.ts";
import { useServer } from "../data/server.tsx";
import { tellProblem } from "../ui/notify.ts";

/** An event tells of changes; what was changed on another machine, and when a key was used, shows after this. */
const LOOK_EVERY_MS = 30_000;

export function useAccess(): UseQueryResult<AccessMessage> {
  return useAccessQuery("who", (access, signal) => access.get(signal));
}

export function useAccessQuery<T>(
  what: string,
  read: (access: AccessCalls, signal: AbortSignal) => Promise<T>,
): UseQueryResult<T> {
  const { access } = useServer().client;
  return useQuery({
    queryKey: ["access", what],
    queryFn: ({ signal }) => read(access, signal),
    refetchInterval: LOOK_EVERY_MS,
  });
}

interface ChangeOptions<V, T> {
  title?: string;
  done?: (result: T) => void;
  /** A list, and what an entry of it becomes: shown before the server has said yes. An empty list: it goes. */
  atOnce?: { list: string; to: (entry: never, given: V) => readonly unknown[] };
}

/** A change; what is wrong with it is told in the corner, unless whoever makes it shows it. */
export function useAccessChange<V, T>(
  change: (access: AccessCalls, given: V) => Promise<T>,
  { title, done, atOnce }: ChangeOptions<V, T> = {},
): UseMutationResult<T, Error, V, (() => void) | undefined> {
  const { access } = useServer().client;
  const queries = useQueryClient();
  return useMutation({
    onMutate: (given: V) =>
      atOnce === undefined
        ? undefined
        : showAtOnce<readonly unknown[]>(queries, ["access", atOnce.list], (list) =>
            list.flatMap((entry) => atOnce.to(entry as never, given)),
          ),
    mutationFn: (given: V) => change(access, given),
    onSuccess: (result) => done?.(result),
    onError: (error, _given, takeBack) => {
      takeBack?.();
      if (title !== undefined) tellProblem(title, describeError(error).message);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["access"] }),
  });
}
