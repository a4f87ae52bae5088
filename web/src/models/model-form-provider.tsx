import { Modal } from "@mantine/core";
import { createContext, useContext, useMemo, useState } from "react";
import type { ReactNode } from "react";
import type { ModelListMessage, ModelMessage } from "../../../src/wire/models.ts";
import type { ModelDraft } from "./model-draft.ts";
import { ModelForm } from "./model-form.tsx";
import { t } from "../words/words.ts";

interface ModelFormControl {
  /** Opens the form for a new entry, in this set if one is given, with what is known of it. */
  add: (setId: string | null, known?: Partial<ModelDraft>) => void;
  edit: (model: ModelMessage) => void;
}

const ModelFormContext = createContext<ModelFormControl>({ add: () => {}, edit: () => {} });

export function useModelForm(): ModelFormControl {
  return useContext(ModelFormContext);
}

type Opened =
  | { kind: "add"; setId: string | null; known: Partial<ModelDraft> }
  | { kind: "edit"; model: ModelMessage };

/** Holds the form of an entry. */
export function ModelFormProvider({
  sets,
  children,
}: Pick<ModelListMessage, "sets"> & { children: ReactNode }) {
  const [form, setForm] = useState<Opened | null>(null);
  const [opened, setOpened] = useState(false);
  const control = useMemo((): ModelFormControl => {
    const open = (next: Opened): void => {
      setForm(next);
      setOpened(true);
    };
    return {
      add: (setId, known = {}) => open({ kind: "add", setId, known }),
      edit: (model) => open({ kind: "edit", model }),
    };
  }, []);
  const close = (): void => setOpened(false);
  return (
    <ModelFormContext value={control}>
      {children}
      <Modal
        opened={opened}
        onClose={close}
        title={form?.kind === "edit" ? t("Edit entry") : t("Add a model")}
        size={560}
      >
        {form !== null && (
          <ModelForm
            sets={sets}
            model={form.kind === "edit" ? form.model : null}
            setId={form.kind === "add" ? form.setId : form.model.set_id}
            known={form.kind === "add" ? form.known : {}}
            onDone={close}
          />
        )}
      </Modal>
    </ModelFormContext>
  );
}
