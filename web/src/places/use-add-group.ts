/** Puts sources onto several places as one group, and says what became of it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useServer } from "../data/server.tsx";
import { GROUPS_QUERY } from "../groups/use-groups.ts";
import type { GroupAnswer, GroupRequest } from "../../../src/wire/groups.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { t, tn } from "../words/words.ts";

interface AddGroupOptions {
  onDone: () => void;
  onRefused: (error: Error) => void;
}

/** Asking twice is harmless: what is in the queue already is part of the new group, too. */
export function useAddGroup({ onDone, onRefused }: AddGroupOptions) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: GroupRequest) => client.groups.create(request),
    onSuccess: (answer) => {
      void queries.invalidateQueries({ queryKey: GROUPS_QUERY });
      tellGroup(answer);
      onDone();
    },
    onError: onRefused,
  });
}

function tellGroup({ group, jobs, created, skipped }: GroupAnswer): void {
  const { name, places } = group;
  const there = jobs.length - created.length;
  const title = tn(created.length, "Added {n} download, as {name}", "Added {n} downloads, as {name}", {
    name,
  });
  const more = [
    ...(places > 1 ? [t("for {n} places", { n: places })] : []),
    ...(there > 0 ? [t("{n} there already", { n: there })] : []),
    ...(group.share === "site" ? [t("once per site")] : []),
  ];
  const [first] = skipped;
  if (first === undefined) return tell(title, more.join(", "));
  const left = tn(skipped.length, "One is left out: {why}", "{n} are left out: {why}", { why: first.reason });
  tellProblem(title, [...more, left].join(", "));
}
