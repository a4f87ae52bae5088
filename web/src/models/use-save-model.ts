import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { ModelListMessage, ModelMessage } from "../../../src/wire/models.ts";
import { useServer } from "../data/server.tsx";
import { FILES_QUERY } from "../files/files-query.ts";
import { tell } from "../ui/notify.ts";
import { useFormEnd } from "../ui/use-form-end.ts";
import { NEW_SET, toModelDraftField, toModelInfo, toSetId } from "./model-draft.ts";
import type { ModelDraft } from "./model-draft.ts";
import { changedFields, meanwhileSentence } from "./changed-meanwhile.ts";
import { MODELS_QUERY } from "./models-query.ts";
import { t } from "../words/words.ts";

interface SaveOptions {
  /** The entry to change, or null for a new one. */
  model: ModelMessage | null;
  sets: ModelListMessage["sets"];
  onDone: () => void;
  onRefused: (message: string, field: keyof ModelDraft | null) => void;
}

/** Writes an entry; fields of it that the form does not know are kept by the server. */
export function useSaveModel({ model, sets, onDone, onRefused }: SaveOptions) {
  const { client } = useServer();
  const queries = useQueryClient();
  /** The entry as whoever fills in the form knows it. */
  const base = useRef(model);
  const end = useFormEnd({ onDone, onRefused, toField: toModelDraftField });
  return useMutation({
    mutationFn: async (draft: ModelDraft) => {
      const info = toModelInfo(draft);
      if (base.current !== null) {
        const { set_id, model_id } = base.current;
        const now = (await client.models.list()).models.find(
          (each) => each.set_id === set_id && each.model_id === model_id,
        );
        const fields = now === undefined ? [] : changedFields(base.current, now);
        if (now !== undefined && fields.length > 0) {
          base.current = now;
          throw new Error(meanwhileSentence(fields));
        }
        return client.models.edit({ model_set: draft.set, model_id, model_info: info });
      }
      if (draft.set !== NEW_SET) {
        return client.models.add({ model_set: draft.set, model_name: info.name, model_info: info });
      }
      const newName = draft.newSet.trim();
      const id = toSetId(
        newName,
        sets.map((set) => set.id),
      );
      const group = { new_group: true, new_group_name: newName };
      return client.models.add({ model_set: id, model_name: info.name, model_info: info, ...group });
    },
    onSuccess: async (_, draft) => {
      void queries.invalidateQueries({ queryKey: FILES_QUERY });
      await queries.invalidateQueries({ queryKey: MODELS_QUERY });
      const name = draft.name.trim();
      tell(model === null ? t("{name} was added", { name }) : t("{name} was saved", { name }));
      end.done();
    },
    onError: (error, { name }) => end.refused(error, t("{name} was not saved", { name: name.trim() })),
  });
}
