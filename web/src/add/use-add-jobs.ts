import { useMutation } from "@tanstack/react-query";
import type { Added } from "../../../src/client/create-client.ts";
import type { JobRequestMessage } from "../../../src/wire/requests.ts";
import { useServer } from "../data/server.tsx";
import { tell } from "../ui/notify.ts";
import { useFormEnd } from "../ui/use-form-end.ts";
import { t, tn } from "../words/words.ts";
import { toDraftField } from "./add-draft.ts";
import type { AddDraft } from "./add-draft.ts";

interface AddJobsOptions {
  onDone: () => void;
  onRefused: (message: string, field: keyof AddDraft | null) => void;
}

/** Puts what is chosen into the queue, and says what became of it. Asking twice is harmless. */
export function useAddJobs({ onDone, onRefused }: AddJobsOptions) {
  const { client } = useServer();
  const end = useFormEnd({ onDone, onRefused, toField: toDraftField });
  return useMutation({
    mutationFn: async (requests: readonly JobRequestMessage[]) => {
      const added: Added[] = [];
      // One after the other: their jobs stand in the queue in the order of the page.
      for (const request of requests) added.push(await client.jobs.create(request));
      return added;
    },
    onSuccess: (added) => {
      tellAdded(added);
      onDone();
    },
    onError: (error) => end.refused(error, t("Nothing was added")),
  });
}

function tellAdded(added: readonly Added[]): void {
  const [only] = added;
  if (added.length === 1 && only?.kind === "one") return tellOne(only);
  let [fresh, there, left] = [0, 0, 0];
  for (const each of added) {
    if (each.kind === "one") {
      if (each.created) fresh++;
      else there++;
      continue;
    }
    fresh += each.created.length;
    // What stands in the list twice is one job.
    there += new Set(each.jobs.map(({ id }) => id)).size - each.created.length;
    left += each.skipped.length;
  }
  const more = [
    ...(there > 0 ? [t("{n} there already", { n: there })] : []),
    ...(left > 0 ? [t("{n} left out", { n: left })] : []),
  ];
  tell(tn(fresh, "Added {n} file to the queue", "Added {n} files to the queue"), more.join(", "));
}

function tellOne({ created, job }: Extract<Added, { kind: "one" }>): void {
  if (created) tell(t("Added to the queue"), job.name);
  else if (job.status === "COMPLETE")
    tell(t("Already here"), t("{path} is whole; nothing to do.", { path: job.destination ?? job.name }));
  else tell(t("Already in the queue"), job.name);
}
