/** The machines that share the queue, looked at again and again while somebody looks at them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { UseMutationResult, UseQueryResult } from "@tanstack/react-query";
import type { NodeCalls } from "../../../../src/client/node-calls.ts";
import type { NodeMessage } from "../../../../src/wire/nodes.ts";
import { describeError } from "../../data/describe-error.ts";
import { useServer } from "../../data/server.tsx";
import { tellProblem } from "../../ui/notify.ts";

/** As often as a machine says that it lives. A page that nobody sees asks nothing. */
const LOOK_MS = 2_000;

const KEY = ["machines"];

export function useMachines(): UseQueryResult<NodeMessage[]> {
  const { nodes } = useServer().client;
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => nodes.list(signal), refetchInterval: LOOK_MS });
}

/** @param title of what is told in the corner if it does not work */
export function useMachineChange(
  title: string,
  change: (nodes: NodeCalls) => Promise<unknown>,
): UseMutationResult<unknown, Error, void> {
  const { nodes } = useServer().client;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => change(nodes),
    onError: (error) => tellProblem(title, describeError(error).message),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
