import type { JobMessage } from "../../../src/wire/job-message.ts";
import { bytesLostByRemoving } from "../data/offered-actions.ts";
import { askFirst } from "../ui/ask-first.ts";
import { confirmLoss } from "../ui/confirm-loss.tsx";
import { t, tn } from "../words/words.ts";

interface Asked {
  title: string;
  jobs: readonly JobMessage[];
  act: () => void;
}

/** Before jobs go that nothing brings back: their headers are secret, and the page has never had them. */
export function askToRemove({ title, jobs, act }: Asked): void {
  const doIt = t("Remove");
  const bytes = jobs.reduce((sum, job) => sum + bytesLostByRemoving(job), 0);
  if (bytes > 0) return confirmLoss({ title, bytes, doIt, act });
  askFirst({
    title,
    children: (
      <p>
        {tn(
          jobs.length,
          "Its address, its headers and its place in the queue would be gone.",
          "Their addresses, their headers and their places in the queue would be gone.",
        )}
      </p>
    ),
    doIt,
    act,
    // Nothing has been downloaded that would have to be fetched again.
    enterDoesIt: true,
  });
}
