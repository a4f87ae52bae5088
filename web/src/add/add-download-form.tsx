import { Button, TextInput } from "@mantine/core";
import { FormProblem } from "../ui/form-problem.tsx";
import { useDraft } from "../ui/use-draft.ts";
import { checkDraft, EMPTY_DRAFT } from "./job-draft.ts";
import { useAddJob } from "./use-add-job.ts";

/** One address, and where it goes; what the server refuses is said at the field. */
export function AddDownloadForm({ onDone }: { onDone: () => void }) {
  const { form, field, problem, submit, refuse } = useDraft({
    initial: () => EMPTY_DRAFT,
    check: checkDraft,
    onSubmit: (draft) => add.mutate(draft),
  });
  const add = useAddJob({ onDone, onRefused: refuse });
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <TextInput
        {...field("url")}
        label="Address"
        placeholder="https://…"
        spellCheck={false}
        data-autofocus
      />
      <div className="form__pair">
        <TextInput
          {...field("folder")}
          label="Folder"
          description="Optional; below the downloads folder"
          spellCheck={false}
        />
        <TextInput
          {...field("name")}
          label="File name"
          description="Optional; else the server’s own"
          spellCheck={false}
        />
      </div>
      <TextInput
        {...field("sha256")}
        label="SHA-256"
        description="Optional; the file is placed only if it matches. Hashes the server publishes are found without it."
        spellCheck={false}
        classNames={{ input: "mono" }}
      />
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={add.isPending}>
          Download
        </Button>
      </div>
    </form>
  );
}
