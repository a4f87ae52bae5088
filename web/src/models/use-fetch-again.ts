import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { tellProblem } from "../ui/notify.ts";
import { t } from "../words/words.ts";
import { MODELS_QUERY } from "./models-query.ts";

/** Downloads a model whose bytes are wrong; the file stays until the right one is here whole. */
export function useFetchAgain({ set_id, model_id, name }: ModelMessage) {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.jobs.create({ source: `${set_id}/${model_id}`, replace: true }),
    onSuccess: () => queries.invalidateQueries({ queryKey: MODELS_QUERY }),
    onError: (error) => tellProblem(t("{name} could not be queued", { name }), describeError(error).message),
  });
}
