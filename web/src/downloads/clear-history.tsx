import { Button } from "@mantine/core";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { bytesLostByRemoving } from "../data/offered-actions.ts";
import { useManyJobsAction } from "../data/use-job-actions.ts";
import { useIsAway, useLive } from "../data/use-live.ts";
import { confirmLoss } from "../ui/confirm-loss.tsx";
import { CLEAR_CANCELLED, CLEAR_COMPLETED } from "./queue-actions.ts";

interface Over {
  complete: number;
  cancelled: number;
  /** Of cancelled downloads; they go with the job. */
  partialBytes: number;
}

/** Empties the history: the finished ones at once, the cancelled ones after a word on their partial files. */
export function ClearHistory() {
  const many = useManyJobsAction();
  const away = useIsAway();
  const { complete, cancelled, partialBytes } = useLive(countOver);
  const look = {
    size: "compact-sm",
    variant: "subtle",
    color: "gray",
    disabled: away,
    loading: many.isPending,
  } as const;
  return (
    <>
      {cancelled > 0 && (
        <Button
          {...look}
          onClick={() =>
            confirmLoss({
              title: "Clear the cancelled downloads?",
              bytes: partialBytes,
              doIt: "Clear Cancelled",
              act: () => many.mutate(CLEAR_CANCELLED),
            })
          }
        >
          Clear Cancelled
        </Button>
      )}
      {complete > 0 && (
        <Button {...look} onClick={() => many.mutate(CLEAR_COMPLETED)}>
          Clear Completed
        </Button>
      )}
    </>
  );
}

function countOver(view: LiveView, before: Over | null): Over {
  const over: Over = { complete: 0, cancelled: 0, partialBytes: 0 };
  for (const job of view.jobs.values()) {
    if (job.status === "COMPLETE") over.complete++;
    if (job.status !== "CANCELLED") continue;
    over.cancelled++;
    over.partialBytes += bytesLostByRemoving(job);
  }
  const same =
    before !== null &&
    before.complete === over.complete &&
    before.cancelled === over.cancelled &&
    before.partialBytes === over.partialBytes;
  return same ? before : over;
}
