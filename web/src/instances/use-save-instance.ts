import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { HostAnswer, HostMessage } from "../../../src/wire/hosts.ts";
import { useServer } from "../data/server.tsx";
import { HOSTS_QUERY } from "../data/use-hosts.ts";
import { tell } from "../ui/notify.ts";
import { useFormEnd } from "../ui/use-form-end.ts";
import { t } from "../words/words.ts";
import { toHostChange, toHostRequest, toInstanceField } from "./instance-draft.ts";
import type { InstanceDraft } from "./instance-draft.ts";

interface SaveOptions {
  host: HostMessage | null;
  onDone: () => void;
  onRefused: (message: string, field: keyof InstanceDraft | null) => void;
}

/** Keeps an instance. A new one is asked for its keys at once: without them nothing can be done there. */
export function useSaveInstance({ host, onDone, onRefused }: SaveOptions) {
  const { client } = useServer();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const end = useFormEnd({ onDone, onRefused, toField: toInstanceField });
  return useMutation({
    mutationFn: async (draft: InstanceDraft): Promise<(HostAnswer & { created: boolean }) | null> => {
      if (host === null) return client.hosts.add(toHostRequest(draft));
      const change = toHostChange(draft, host);
      return change === null ? null : { ...(await client.hosts.change(host.id, change)), created: false };
    },
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: HOSTS_QUERY });
      end.done();
      if (answer === null) return;
      const { host: saved, created } = answer;
      if (host !== null) tell(t("{name} was saved", { name: saved.label }));
      else if (!created) tell(t("{name} was here already", { name: saved.label }));
      if (created)
        await navigate({
          to: ".",
          search: (before) => ({ ...before, verify: saved.id }),
          resetScroll: false,
        });
    },
    onError: (error) => end.refused(error, t("The instance was not saved")),
  });
}
