import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { tellProblem } from "../ui/notify.ts";
import { t } from "../words/words.ts";
import { wantedModel } from "./model-state.ts";
import { MODELS_QUERY } from "./models-query.ts";

/** Downloads a model whose bytes are wrong; the file stays until the right one is here whole. */
export function useFetchAgain(model: ModelMessage) {
  const { set_id, model_id, name } = model;
  const { client, asked } = useServer();
  const queries = useQueryClient();
  return useMutation({
    onMutate: () => asked.begin(wantedModel(model)),
    mutationFn: () => client.jobs.create({ source: `${set_id}/${model_id}`, replace: true }),
    onSuccess: async (added, _, asking) => {
      await queries.invalidateQueries({ queryKey: MODELS_QUERY });
      asking.done(added.kind === "one" ? added.job.id : null);
    },
    onError: (error, _, asking) => {
      asking?.undo();
      tellProblem(t("{name} could not be queued", { name }), describeError(error).message);
    },
  });
}
