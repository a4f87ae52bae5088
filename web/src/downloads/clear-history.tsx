import { useMemo } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { bytesLostByRemoving } from "../data/offered-actions.ts";
import { useServer } from "../data/server.tsx";
import { useManyJobsAction } from "../data/use-job-actions.ts";
import { useIsAway, useLive } from "../data/use-live.ts";
import { useRemoveJobs } from "../data/use-remove-jobs.ts";
import { Button } from "../ui/button.tsx";
import { confirmLoss } from "../ui/confirm-loss.tsx";
import { t, tn } from "../words/words.ts";

interface Over {
  complete: number;
  cancelled: number;
  /** Of cancelled downloads; they go with the job. */
  partialBytes: number;
}

/** Empties the history: the finished ones with a while to take it back, the cancelled ones after a word on their bytes. */
export function ClearHistory() {
  const { live } = useServer();
  const many = useManyJobsAction();
  const remove = useRemoveJobs();
  const away = useIsAway();
  const { complete, cancelled, partialBytes } = useLive(countOver);
  const look = { size: "compact-sm", variant: "subtle", color: "gray", disabled: away } as const;

  const clearCompleted = useMemo(
    () => (): void => {
      const shown = [...live.getSnapshot().jobs.values()].filter(isComplete);
      remove({
        // Also those the page does not show; what ends from now on stays.
        which: { filter: { status: ["COMPLETE"], ended_before: latestEnd(shown) } },
        shown,
        title: t("Finished downloads cleared"),
        note: t("The files stay where they are."),
      });
    },
    [live, remove],
  );
  const clearCancelled = (): void =>
    confirmLoss({
      title: t("Clear the cancelled downloads?"),
      bytes: partialBytes,
      doIt: t("Clear Cancelled"),
      act: () =>
        many.mutate({
          action: "remove",
          which: { filter: { status: ["CANCELLED"] } },
          done: (count) => tn(count, "{n} cancelled download cleared", "{n} cancelled downloads cleared"),
        }),
    });
  return (
    <>
      {cancelled > 0 && (
        <Button {...look} loading={many.isPending} onClick={clearCancelled}>
          {t("Clear Cancelled")}
        </Button>
      )}
      {complete > 0 && (
        <Button {...look} onClick={clearCompleted}>
          {t("Clear Completed")}
        </Button>
      )}
    </>
  );
}

const isComplete = ({ status }: JobMessage): boolean => status === "COMPLETE";

/** By the server's clock: the browser's may be another. */
function latestEnd(jobs: readonly JobMessage[]): string {
  return jobs.reduce((latest, { ended_at: at }) => (at !== null && at > latest ? at : latest), EARLIEST);
}

const EARLIEST = new Date(0).toISOString();

function countOver(view: LiveView, before: Over | null): Over {
  const over: Over = { complete: 0, cancelled: 0, partialBytes: 0 };
  for (const job of view.jobs.values()) {
    if (isComplete(job)) over.complete++;
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
