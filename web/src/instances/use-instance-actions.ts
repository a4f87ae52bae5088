/** What a person can ask of an instance, with what is said when it is done or goes wrong. */
import { useIsMutating, useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import type { HostMessage, TestConnectionAnswer } from "../../../src/wire/hosts.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { showAtOnce } from "../data/show-at-once.ts";
import { HOSTS_QUERY } from "../data/use-hosts.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { t, tn } from "../words/words.ts";

const testKey = (id: string) => ["test-host", id];
const scanKey = (id: string) => ["scan-host", id];

/** How long what came of a test is shown: it says how things were then. */
const RESULT_KEPT_MS = 60_000;

export function useTestInstance({ id, connection }: HostMessage) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationKey: testKey(id),
    gcTime: RESULT_KEPT_MS,
    mutationFn: () => client.hosts.test(connection),
    onSettled: () => queries.invalidateQueries({ queryKey: HOSTS_QUERY }),
  });
}

export type TestState =
  | { kind: "none" }
  | { kind: "busy" }
  | { kind: "answer"; answer: TestConnectionAnswer }
  | { kind: "error"; message: string };

/** What came of the latest test of an instance. */
export function useTestState(id: string): TestState {
  const all = useMutationState({
    filters: { mutationKey: testKey(id) },
    select: ({ state }): TestState => {
      if (state.status === "pending") return { kind: "busy" };
      if (state.status === "error") return { kind: "error", message: describeError(state.error).message };
      if (state.status === "success") return { kind: "answer", answer: state.data as TestConnectionAnswer };
      return { kind: "none" };
    },
  });
  return all.at(-1) ?? { kind: "none" };
}

export function useScanInstance({ id, label }: HostMessage) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationKey: scanKey(id),
    mutationFn: () => client.hosts.scan(id),
    onSuccess: ({ files, more, host }) => {
      const names = [
        tn(files.length, "{n} model file", "{n} model files") + (more ? "+" : ""),
        tn(host.tools.length, "{n} tool", "{n} tools"),
      ];
      tell(t("Looked at {label}", { label }), names.join(", "), `scan-${id}`);
    },
    onError: (error) =>
      tellProblem(t("{label} could not be looked at", { label }), describeError(error).message, `scan-${id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: HOSTS_QUERY }),
  });
}

export function useIsScanning(id: string): boolean {
  return useIsMutating({ mutationKey: scanKey(id) }) > 0;
}

export function useRemoveInstance() {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ host, cancelJobs }: { host: HostMessage; cancelJobs: boolean }) =>
      client.hosts.remove(host.id, cancelJobs),
    onMutate: ({ host }) =>
      showAtOnce<HostMessage[]>(queries, HOSTS_QUERY, (hosts) => hosts.filter(({ id }) => id !== host.id)),
    onSuccess: (_, { host }) =>
      tell(t("{name} was removed", { name: host.label }), t("What was downloaded there stays there.")),
    onError: (error, { host }, takeBack) => {
      takeBack?.();
      tellProblem(t("{name} could not be removed", { name: host.label }), describeError(error).message);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: HOSTS_QUERY }),
  });
}
