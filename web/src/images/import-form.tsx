import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { useServer } from "../data/server.tsx";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { tell } from "../ui/notify.ts";
import { useDraft } from "../ui/use-draft.ts";
import { useFormEnd } from "../ui/use-form-end.ts";
import type { DraftForm } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";
import { AddressCheck } from "./address-check.tsx";
import {
  checkImport,
  checkWritten,
  EMPTY_IMPORT,
  fileName,
  hashType,
  nameFromUrl,
  toImportField,
  toImportRequest,
} from "./import-draft.ts";
import type { ImportDraft } from "./import-draft.ts";
import { IMAGES_QUERY } from "./use-images.ts";

interface ImportFormProps {
  /** What there is already. */
  images: readonly ImageMessage[];
  onDone: () => void;
}

/** Looked at while it is written: the address is asked, the hash told by its digits. */
export function ImportForm({ images, onDone }: ImportFormProps) {
  const [isNamed, setNamed] = useState(false);
  const away = useIsAway();
  const { draft, form, field, fill, problem, submit, refuse } = useDraft<ImportDraft>({
    initial: () => EMPTY_IMPORT,
    check: (written) => checkImport(written, images),
    onSubmit: (filled) => start.mutate(filled),
  });
  const start = useImport(onDone, refuse);
  const wrong = checkWritten(draft, images);
  const shown = (name: keyof ImportDraft) => {
    const props = field(name);
    return { ...props, error: props.error ?? wrong[name] };
  };
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <TextInput
        {...shown("url")}
        label={t("Address")}
        placeholder="https://…/disk.qcow2"
        spellCheck={false}
        data-autofocus
        onChange={({ currentTarget: { value } }) => {
          fill(isNamed ? { url: value } : { url: value, name: nameFromUrl(value) });
        }}
      />
      <AddressCheck url={wrong.url === undefined ? draft.url.trim() : ""} />
      <TextInput
        {...shown("name")}
        label={t("Name")}
        description={
          draft.name.trim() === ""
            ? t("What the file is called in the images folder")
            : t("The file will be called {name}", { name: fileName(draft) })
        }
        spellCheck={false}
        onChange={({ currentTarget: { value } }) => {
          setNamed(value !== "");
          fill({ name: value });
        }}
      />
      <HashField {...shown("checksum")} />
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={start.isPending} disabled={away}>
          {t("Import")}
        </Button>
      </div>
    </form>
  );
}

function HashField(field: ReturnType<DraftForm<ImportDraft>["field"]>) {
  const type = hashType(field.value);
  return (
    <TextInput
      {...field}
      label={t("Checksum")}
      description={
        type === null
          ? t("Optional; SHA-256, SHA-512, SHA-1 or MD5. The file is placed only if it matches.")
          : t("This is {type}. The file is placed only if it matches.", { type })
      }
      spellCheck={false}
      classNames={{ input: "mono" }}
    />
  );
}

function useImport(
  onDone: () => void,
  onRefused: (message: string, field: keyof ImportDraft | null) => void,
) {
  const { client } = useServer();
  const queries = useQueryClient();
  const end = useFormEnd({ onDone, onRefused, toField: toImportField });
  return useMutation({
    mutationFn: (draft: ImportDraft) => client.images.importFrom(toImportRequest(draft)),
    onSuccess: async ({ image }) => {
      await queries.invalidateQueries({ queryKey: IMAGES_QUERY });
      tell(t("{name} is being imported", { name: image.name }));
      end.done();
    },
    onError: (error, { name }) => end.refused(error, t("{name} was not imported", { name: name.trim() })),
  });
}
