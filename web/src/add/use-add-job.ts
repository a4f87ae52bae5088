import { useMutation } from "@tanstack/react-query";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { tell } from "../ui/notify.ts";
import { toDraftField, toRequest } from "./job-draft.ts";
import type { JobDraft } from "./job-draft.ts";

interface AddJobOptions {
  onDone: () => void;
  onRefused: (message: string, field: keyof JobDraft | null) => void;
}

/** Puts a download into the queue, and says what became of it. */
export function useAddJob({ onDone, onRefused }: AddJobOptions) {
  const { client } = useServer();
  return useMutation({
    mutationFn: (draft: JobDraft) => client.jobs.create(toRequest(draft)),
    onSuccess: ({ created, job }) => {
      if (created) tell("Added to the queue", job.name);
      else if (job.status === "COMPLETE")
        tell("Already here", `${job.destination ?? job.name} is whole; nothing to do.`);
      else tell("Already in the queue", job.name);
      onDone();
    },
    onError: (error) => {
      const { message, field } = describeError(error);
      onRefused(message, toDraftField(field));
    },
  });
}
