/** The channels of the server, and what can be asked of them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ChannelMessage } from "../../../src/wire/notifications.ts";
import { describeError } from "../data/describe-error.ts";
import { showAtOnce } from "../data/show-at-once.ts";
import { useServer } from "../data/server.tsx";
import { tell, tellProblem } from "../ui/notify.ts";
import { t } from "../words/words.ts";

export const CHANNELS_QUERY = ["channels"] as const;
/** No event tells how a delivery fared. Milliseconds. */
const LOOK_EVERY_MS = 15_000;

export function useChannels() {
  const { client } = useServer();
  return useQuery({
    queryKey: CHANNELS_QUERY,
    queryFn: ({ signal }) => client.channels.list(signal),
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useTestChannel({ id, name }: ChannelMessage) {
  const { client } = useServer();
  return useMutation({
    mutationFn: () => client.channels.test(id),
    onSuccess: ({ delivered, answer }) => {
      if (delivered) tell(t("{name}: the test arrived", { name }), answer, `test-${id}`);
      else tellProblem(t("{name}: the test did not arrive", { name }), answer, `test-${id}`);
    },
    onError: (error) =>
      tellProblem(t("{name}: the test did not arrive", { name }), describeError(error).message, `test-${id}`),
  });
}

export function useSwitchChannel({ id, name }: ChannelMessage) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (enabled: boolean) => client.channels.change(id, { enabled }),
    onSettled: () => queries.invalidateQueries({ queryKey: CHANNELS_QUERY }),
    onError: (error) => tellProblem(t("{name} could not be changed", { name }), describeError(error).message),
  });
}

export function useRemoveChannel({ id, name }: ChannelMessage) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    onMutate: () =>
      showAtOnce<ChannelMessage[]>(queries, CHANNELS_QUERY, (all) => all.filter((each) => each.id !== id)),
    mutationFn: () => client.channels.remove(id),
    onSuccess: () => tell(t("{name} hears nothing any more", { name })),
    onError: (error, _given, takeBack) => {
      takeBack?.();
      tellProblem(t("{name} could not be removed", { name }), describeError(error).message);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: CHANNELS_QUERY }),
  });
}
