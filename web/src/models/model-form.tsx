import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import type { FormEvent } from "react";
import type { ModelListMessage, ModelMessage } from "../../../src/wire/models.ts";
import { FormProblem } from "../ui/form-problem.tsx";
import { checkModelDraft, emptyModelDraft, NEW_SET, toModelDraft } from "./model-draft.ts";
import type { ModelDraft, ModelDraftErrors } from "./model-draft.ts";
import { useSaveModel } from "./use-save-model.ts";

interface ModelFormProps {
  sets: ModelListMessage["sets"];
  /** The entry to change, or null for a new one. */
  model: ModelMessage | null;
  /** The set chosen at first. */
  setId: string | null;
  onDone: () => void;
}

/** An entry of the catalogue; what the server refuses is said at the field. */
export function ModelForm({ sets, model, setId, onDone }: ModelFormProps) {
  const first = setId ?? sets[0]?.id ?? NEW_SET;
  const [draft, setDraft] = useState<ModelDraft>(() =>
    model === null ? emptyModelDraft(first) : toModelDraft(model),
  );
  const [errors, setErrors] = useState<ModelDraftErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const show = (found: ModelDraftErrors): void => {
    setErrors(found);
    const [name] = Object.keys(found);
    if (name !== undefined) form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
  };
  const save = useSaveModel({ model, sets, onDone, onFieldError: show, onProblem: setProblem });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(null);
    const found = checkModelDraft(draft);
    show(found);
    if (Object.keys(found).length === 0) save.mutate(draft);
  };
  const field = (name: keyof ModelDraft) => ({
    name,
    value: draft[name],
    error: errors[name],
    autoComplete: "off",
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setDraft((before) => ({ ...before, [name]: value }));
      setErrors(({ [name]: _mended, ...others }) => others);
    },
  });
  const choices = sets.map(({ id, name }) => ({ value: id, label: name }));

  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <div className="form__pair">
        <TextInput {...field("name")} label="Name" data-autofocus />
        <NativeSelect
          {...field("set")}
          label="Set"
          data={[...choices, ...(model === null ? [NEW_SET_CHOICE] : [])]}
        />
      </div>
      {draft.set === NEW_SET && <TextInput {...field("newSet")} label="Name of the new set" />}
      <TextInput {...field("url")} label="Address" placeholder="https://…" spellCheck={false} />
      <TextInput
        {...field("path")}
        label="Path"
        description="Below the models folder; a path that ends in / keeps the file’s own name"
        placeholder="unet/"
        spellCheck={false}
      />
      <Textarea
        {...field("description")}
        label="Description"
        description="Optional"
        autosize
        minRows={2}
        maxRows={6}
      />
      <div className="form__pair">
        <TextInput
          {...field("sha256")}
          label="SHA-256"
          description="Optional"
          spellCheck={false}
          classNames={{ input: "mono" }}
        />
        <TextInput {...field("size")} label="Size in bytes" description="Optional" inputMode="numeric" />
      </div>
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          {model === null ? "Add model" : "Save"}
        </Button>
      </div>
    </form>
  );
}

const NEW_SET_CHOICE = { value: NEW_SET, label: "New set…" };
