/** What was just asked for is shown as done. Whoever asks takes it back if the server says no, and looks again in any case. */
import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** Answers how to take it back. */
export async function showAtOnce<T>(
  queries: QueryClient,
  queryKey: QueryKey,
  change: (now: T) => T,
): Promise<() => void> {
  // An answer that is on its way knows nothing of it yet.
  await queries.cancelQueries({ queryKey });
  const before = queries.getQueryData<T>(queryKey);
  if (before === undefined) return () => {};
  queries.setQueryData(queryKey, change(before));
  return () => void queries.setQueryData(queryKey, before);
}
