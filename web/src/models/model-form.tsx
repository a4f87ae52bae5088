import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import type { ModelListMessage, ModelMessage } from "../../../src/wire/models.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useDraft } from "../ui/use-draft.ts";
import type { DraftForm } from "../ui/use-draft.ts";
import { checkModelDraft, emptyModelDraft, NEW_SET, toModelDraft } from "./model-draft.ts";
import type { ModelDraft } from "./model-draft.ts";
import { useSaveModel } from "./use-save-model.ts";
import { t } from "../words/words.ts";

interface ModelFormProps {
  sets: ModelListMessage["sets"];
  /** The entry to change, or null for a new one. */
  model: ModelMessage | null;
  /** The set chosen at first. */
  setId: string | null;
  /** What is in the form of a new entry at first. */
  known: Partial<ModelDraft>;
  onDone: () => void;
}

/** An entry of the catalogue; what the server refuses is said at the field. */
export function ModelForm({ sets, model, setId, known, onDone }: ModelFormProps) {
  const { draft, form, field, problem, submit, refuse, forget } = useDraft<ModelDraft>({
    initial: () =>
      model === null
        ? { ...emptyModelDraft(setId ?? sets[0]?.id ?? NEW_SET), ...known }
        : toModelDraft(model),
    check: checkModelDraft,
    onSubmit: (filled) => save.mutate(filled),
    keptAs: model === null && Object.keys(known).length === 0 ? `model of ${setId ?? "any set"}` : null,
  });
  const done = (): void => {
    forget();
    onDone();
  };
  const save = useSaveModel({ model, sets, onDone: done, onRefused: refuse });
  const choices = sets.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <div className="form__pair">
        <TextInput {...field("name")} label={t("Name")} data-autofocus />
        <NativeSelect
          {...field("set")}
          label={t("Set")}
          data={model === null ? [...choices, { value: NEW_SET, label: t("New set…") }] : choices}
        />
      </div>
      {draft.set === NEW_SET && <TextInput {...field("newSet")} label={t("Name of the new set")} />}
      <FileFields field={field} />
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {model === null ? t("Add model") : t("Save")}
        </Button>
      </div>
    </form>
  );
}

const EXAMPLE_PATH = "unet/";

/** The file: where from, where to, and what is known of it. */
function FileFields({ field }: Pick<DraftForm<ModelDraft>, "field">) {
  return (
    <>
      <TextInput {...field("url")} label={t("Address")} placeholder="https://…" spellCheck={false} />
      <TextInput
        {...field("path")}
        label={t("Path")}
        description={t("Below the models folder; a path that ends in / keeps the file’s own name")}
        placeholder={EXAMPLE_PATH}
        spellCheck={false}
      />
      <Textarea
        {...field("description")}
        label={t("Description")}
        description={t("Optional")}
        autosize
        minRows={2}
        maxRows={6}
      />
      <div className="form__pair">
        <TextInput
          {...field("sha256")}
          label="SHA-256"
          description={t("Optional")}
          spellCheck={false}
          classNames={{ input: "mono" }}
        />
        <TextInput
          {...field("size")}
          label={t("Size in bytes")}
          description={t("Optional")}
          inputMode="numeric"
        />
      </div>
    </>
  );
}
