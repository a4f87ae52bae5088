/** The question about the keys of an instance, and a person's answer to it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useServer } from "../data/server.tsx";
import { HOSTS_QUERY } from "../data/use-hosts.ts";
import { tell } from "../ui/notify.ts";
import { t, tn } from "../words/words.ts";
import { pendingKeys, shownKeys } from "./key-question.ts";

const keysQuery = (id: string) => ["host-keys", id] as const;

/** What made a job wait, if one does; else the instance is asked now, which may take a while. */
export function useHostKeys(id: string) {
  const { client } = useServer();
  return useQuery({
    queryKey: keysQuery(id),
    queryFn: async ({ signal }) => {
      const host = await client.hosts.get(id, signal);
      const shown = pendingKeys(host) ?? shownKeys(await client.hosts.verify(id, {}, signal));
      return { label: host.label, shown };
    },
    // What a person is comparing must not change under their eyes.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

/** Asks the instance anew, whatever it showed before. */
export function useLookAgain(id: string) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const shown = shownKeys(await client.hosts.verify(id, {}));
      return { label: (await client.hosts.get(id)).label, shown };
    },
    onSuccess: (now) => queries.setQueryData(keysQuery(id), now),
  });
}

export type Verdict = { accept: true; fingerprint: string } | { reject: true };

/** Trusts the very keys that were shown, by name, or says that they are not the right ones. */
export function useAnswerKeys(id: string, label: string, onDone: () => void) {
  const { client } = useServer();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: HOSTS_QUERY });
  return useMutation({
    mutationFn: (verdict: Verdict) => client.hosts.verify(id, verdict),
    onSuccess: async (answer, verdict) => {
      const jobs = "jobs" in answer ? answer.jobs.length : 0;
      if ("accept" in verdict) {
        tell(t("{label} is trusted", { label }), jobs === 0 ? "" : goOn(jobs));
        // Its tools and its space are what one wants to see next. That it cannot be looked at now is no news here.
        void client.hosts.scan(id).then(refresh, refresh);
      } else {
        tell(t("The keys of {label} were rejected", { label }), jobs === 0 ? "" : failed(jobs));
      }
      await refresh();
      onDone();
    },
  });
}

function goOn(jobs: number): string {
  return tn(jobs, "{n} download that waited for it goes on.", "{n} downloads that waited for it go on.");
}

function failed(jobs: number): string {
  return tn(
    jobs,
    "{n} download that waited for them failed; nothing was sent there.",
    "{n} downloads that waited for them failed; nothing was sent there.",
  );
}
