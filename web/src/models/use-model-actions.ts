/** What a person can ask of models, with what is said when it is done or goes wrong. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ModelListMessage, ModelMessage } from "../../../src/wire/models.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { showAtOnce } from "../data/show-at-once.ts";
import { FILES_QUERY } from "../files/files-query.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { modelKey } from "./model-filter.ts";
import { wantedModel } from "./model-state.ts";
import { MODELS_QUERY } from "./models-query.ts";
import { t, tn } from "../words/words.ts";

/** Requests at once when a whole set is asked for: each may ask the file's server for its size. */
const REQUESTS_AT_ONCE = 4;

export function useDownloadModel(model: ModelMessage) {
  const { client, asked } = useServer();
  const queries = useQueryClient();
  return useMutation({
    onMutate: () => asked.begin(wantedModel(model)),
    mutationFn: () => client.models.download({ model_set: model.set_id, model_id: model.model_id }),
    onSuccess: async ({ status, job_id: job = null }, _, asking) => {
      if (status === "already_exists")
        tell(t("Already here"), t("{path} is whole; nothing to do.", { path: model.name }));
      await queries.invalidateQueries({ queryKey: MODELS_QUERY });
      asking.done(job);
    },
    onError: (error, _, asking) => {
      asking?.undo();
      tellProblem(t("{name} could not be queued", { name: model.name }), describeError(error).message);
    },
  });
}

/** Asks for many models, a few at a time; one that is refused does not stop the others. */
export function useDownloadMany() {
  const { client, asked } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (models: readonly ModelMessage[]) => {
      const refusals: string[] = [];
      // All of them are shown as queued at once, those as well that are asked for later.
      const rest = models.map((model) => ({ model, asking: asked.begin(wantedModel(model)) }));
      const askOneByOne = async (): Promise<void> => {
        for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
          const { set_id, model_id, name } = next.model;
          try {
            const { job_id: job = null } = await client.models.download({ model_set: set_id, model_id });
            next.asking.done(job);
          } catch (error) {
            next.asking.undo();
            refusals.push(`${name}: ${describeError(error).message}`);
          }
        }
      };
      await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, askOneByOne));
      return refusals;
    },
    onSuccess: async (refusals, models) => {
      const queued = models.length - refusals.length;
      const [first] = refusals;
      if (first === undefined) tell(tn(queued, "{n} model queued", "{n} models queued"));
      else
        tellProblem(
          tn(models.length, "{queued} of {n} model queued", "{queued} of {n} models queued", { queued }),
          first,
        );
      await queries.invalidateQueries({ queryKey: MODELS_QUERY });
    },
  });
}

export function useReloadCatalogue() {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.models.reload(),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: MODELS_QUERY });
      tell(t("Catalogue read again"), "", "reload");
    },
    onError: (error) =>
      tellProblem(t("The catalogue could not be read"), describeError(error).message, "reload"),
  });
}

export function useDeleteModel() {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    onMutate: (model: ModelMessage) =>
      showAtOnce<ModelListMessage>(queries, MODELS_QUERY, (list) => ({
        ...list,
        models: list.models.filter((each) => modelKey(each) !== modelKey(model)),
      })),
    mutationFn: ({ set_id, model_id }: ModelMessage) => client.models.remove({ model_set: set_id, model_id }),
    onSuccess: (_, { name }) => tell(t("{name} was taken out of the catalogue", { name })),
    onError: (error, { name }, takeBack) => {
      takeBack?.();
      tellProblem(t("{name} could not be deleted", { name }), describeError(error).message);
    },
    onSettled: async () => {
      void queries.invalidateQueries({ queryKey: FILES_QUERY });
      await queries.invalidateQueries({ queryKey: MODELS_QUERY });
    },
  });
}
