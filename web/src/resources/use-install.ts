/** What installing cards on a machine would come to, and doing it. */
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { HOSTS_QUERY } from "../data/use-hosts.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { t, tn } from "../words/words.ts";
import { seenBy } from "./install-plan.ts";
import type { PlannedCard } from "./install-plan.ts";
import { resourceQuery } from "./use-resources.ts";

/** A look at an instance takes seconds: within this one dialog after the other shares it. */
const SCAN_KEPT_MS = 60_000;

const requestFor = (source: string, host: HostMessage | null) => ({
  source,
  ...(host === null ? {} : { to: host.id }),
});

/** The server asks for sizes; changes nothing. */
export function useInstallPlan(filepaths: readonly string[], host: HostMessage | null, enabled: boolean) {
  const { client } = useServer();
  return useQuery({
    queryKey: ["install-plan", host?.id ?? null, filepaths],
    queryFn: ({ signal }) =>
      client.jobs.plan(
        filepaths.map((source) => requestFor(source, host)),
        signal,
      ),
    enabled: enabled && filepaths.length > 0,
    // What is in the queue and on the disk changes all the time.
    staleTime: 0,
    gcTime: 0,
    placeholderData: (before) => before,
    retry: false,
  });
}

/** What lies on the instance now; its tools and its space are kept with it. */
export function useHostFiles(host: HostMessage | null, enabled: boolean) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["host-files", host?.id ?? null],
    queryFn: async ({ signal }) => {
      const scan = await client.hosts.scan(host?.id ?? "", signal);
      void queries.invalidateQueries({ queryKey: HOSTS_QUERY });
      return seenBy(scan);
    },
    // Of an instance whose keys wait for an answer nothing can be asked.
    enabled: enabled && host !== null && host.question === null,
    staleTime: SCAN_KEPT_MS,
    retry: false,
  });
}

export interface MissingCard {
  /** As the cards call it. */
  name: string;
  filepath: string;
  /** Titles of those that need it. */
  for: string;
}

/** Cards that the chosen ones need and that are not chosen themselves. */
export function useMissingCards(filepaths: readonly string[], enabled: boolean): MissingCard[] {
  const { client } = useServer();
  const details = useQueries({
    queries: filepaths.map((path) => ({ ...resourceQuery(client, path), enabled })),
  });
  const missing = new Map<string, MissingCard>();
  for (const { data } of details) {
    for (const { name, filepath } of data?.dependencies ?? []) {
      if (filepath === null || filepaths.includes(filepath) || missing.has(filepath)) continue;
      missing.set(filepath, { name, filepath, for: data?.metadata.title ?? "" });
    }
  }
  return [...missing.values()];
}

export interface Install {
  cards: readonly Pick<PlannedCard, "filepath" | "title">[];
  host: HostMessage | null;
}

/**
 * Queues the cards one after the other: in the order in which they are shown they run.
 *
 * @param onRefused called with those of which nothing came
 */
export function useInstall(onRefused: (filepaths: readonly string[]) => void) {
  const { client, asked } = useServer();
  return useMutation({
    mutationFn: async ({ cards, host }: Install) => {
      const refusals: string[] = [];
      const refused: string[] = [];
      let queued = 0;
      const place = host?.id ?? null;
      const wanted = cards.map(({ filepath, title }) => ({
        filepath,
        asking: asked.begin({ kind: "card", id: filepath, place, name: title }),
      }));
      for (const { filepath, asking } of wanted) {
        try {
          const added = await client.jobs.create(requestFor(filepath, host));
          if (added.kind === "one" && added.created) queued += 1;
          asking.done(added.kind === "one" ? added.job.id : null);
        } catch (error) {
          asking.undo();
          refused.push(filepath);
          refusals.push(`${filepath}: ${describeError(error).message}`);
        }
      }
      return { queued, refusals, refused };
    },
    onSuccess: ({ queued, refusals, refused }, { host }) => {
      const where = host?.label ?? t("This machine");
      const [first] = refusals;
      const title = tn(queued, "{n} task queued for {where}", "{n} tasks queued for {where}", { where });
      if (first === undefined) return tell(title);
      tellProblem(title, first);
      onRefused(refused);
    },
  });
}
