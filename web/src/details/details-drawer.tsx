import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { useJob, useLink } from "../data/use-live.ts";
import { useMounted } from "@mantine/hooks";
import { JobDetails } from "./job-details.tsx";
import { t } from "../words/words.ts";

/** Everything known of one job, at the side; `id` is in the address, so it can be linked to. */
export function DetailsDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const mounted = useMounted();
  // While the drawer slides out it goes on showing the job it was opened for.
  const [last, setLast] = useState(id);
  if (id !== null && id !== last) setLast(id);
  const { job, problem } = useJobOrFetch(id ?? last);
  return (
    <Drawer
      opened={mounted && id !== null}
      onClose={onClose}
      position="right"
      size={500}
      title={t("Details")}
      closeButtonProps={{ "aria-label": t("Close the details") }}
    >
      {job === null ? <p className="dim">{problem ?? t("Looking it up…")}</p> : <JobDetails job={job} />}
    </Drawer>
  );
}

/** A job of the live list, or one so old that it has to be asked for. */
function useJobOrFetch(id: string | null): { job: JobMessage | null; problem: string | null } {
  const { client } = useServer();
  const { ready } = useLink();
  const live = useJob(id);
  const fetched = useQuery({
    queryKey: ["job", id],
    queryFn: ({ signal }) => client.jobs.get(id ?? "", signal),
    enabled: id !== null && ready && live === null,
    retry: false,
  });
  const job = live ?? fetched.data ?? null;
  return { job, problem: fetched.error === null ? null : describeError(fetched.error).message };
}
