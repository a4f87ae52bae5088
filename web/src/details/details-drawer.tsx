import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useServer } from "../data/server.tsx";
import { useJob, useLink } from "../data/use-live.ts";
import { useMounted } from "@mantine/hooks";
import { JobDetails } from "./job-details.tsx";
import { NoSuchJob } from "./no-such-job.tsx";
import { t } from "../words/words.ts";

/** Everything known of one job, at the side; `id` is in the address, so it can be linked to. */
export function DetailsDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const mounted = useMounted();
  // While the drawer slides out it goes on showing the job it was opened for.
  const [last, setLast] = useState(id);
  if (id !== null && id !== last) setLast(id);
  const shown = id ?? last;
  const { job, error, retry } = useJobOrFetch(shown);
  return (
    <Drawer
      opened={mounted && id !== null}
      onClose={onClose}
      position="right"
      size={500}
      title={t("Details")}
      closeButtonProps={{ "aria-label": t("Close the details") }}
    >
      {job !== null ? (
        <JobDetails job={job} />
      ) : error === null ? (
        <p className="dim">{t("Looking it up…")}</p>
      ) : (
        <NoSuchJob id={shown ?? ""} error={error} retry={retry} />
      )}
    </Drawer>
  );
}

/** A job of the live list, or one so old that it has to be asked for. */
function useJobOrFetch(id: string | null): {
  job: JobMessage | null;
  error: Error | null;
  retry: () => unknown;
} {
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
  return { job, error: fetched.error, retry: fetched.refetch };
}
