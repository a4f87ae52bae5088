import { useMutation } from "@tanstack/react-query";
import type { Added } from "../../../src/client/create-client.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { tell } from "../ui/notify.ts";
import { toDraftField, toRequest } from "./job-draft.ts";
import type { JobDraft } from "./job-draft.ts";

function tellAdded(added: Added): void {
  if (added.kind === "many") {
    const { count, created, skipped } = added;
    const there = count - created.length;
    const more = [
      ...(there > 0 ? [`${there} there already`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} left out`] : []),
    ];
    return tell(`Added ${created.length} files to the queue`, more.join(", "));
  }
  const { created, job } = added;
  if (created) tell("Added to the queue", job.name);
  else if (job.status === "COMPLETE")
    tell("Already here", `${job.destination ?? job.name} is whole; nothing to do.`);
  else tell("Already in the queue", job.name);
}

interface AddJobOptions {
  onDone: () => void;
  onRefused: (message: string, field: keyof JobDraft | null) => void;
}

/** Puts a download into the queue, and says what became of it. */
export function useAddJob({ onDone, onRefused }: AddJobOptions) {
  const { client } = useServer();
  return useMutation({
    mutationFn: (draft: JobDraft) => client.jobs.create(toRequest(draft)),
    onSuccess: (added) => {
      tellAdded(added);
      onDone();
    },
    onError: (error) => {
      const { message, field } = describeError(error);
      onRefused(message, toDraftField(field));
    },
  });
}
