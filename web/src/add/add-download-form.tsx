import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { FormEvent } from "react";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { tell } from "../ui/notify.ts";
import { checkDraft, EMPTY_DRAFT, toDraftField, toRequest } from "./job-draft.ts";
import type { DraftErrors, JobDraft } from "./job-draft.ts";

/** One address, and where it goes; what the server refuses is said at the field. */
export function AddDownloadForm({ onDone }: { onDone: () => void }) {
  const { client } = useServer();
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [errors, setErrors] = useState<DraftErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const show = (found: DraftErrors): void => {
    setErrors(found);
    const [first] = Object.keys(found);
    if (first !== undefined) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };
  const add = useMutation({
    mutationFn: (asked: JobDraft) => client.jobs.create(toRequest(asked)),
    onSuccess: ({ created, job }) => {
      if (created) tell("Added to the queue", job.name);
      else if (job.status === "COMPLETE")
        tell("Already here", `${job.destination ?? job.name} is whole; nothing to do.`);
      else tell("Already in the queue", job.name);
      onDone();
    },
    onError: (error) => {
      const { message, field } = describeError(error);
      const at = toDraftField(field);
      if (at === null) setProblem(message);
      else show({ [at]: message });
    },
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(null);
    const found = checkDraft(draft);
    show(found);
    if (Object.keys(found).length === 0) add.mutate(draft);
  };
  const field = (name: keyof JobDraft) => ({
    name,
    value: draft[name],
    error: errors[name],
    spellCheck: false,
    autoComplete: "off",
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      const { value } = event.currentTarget;
      setDraft((before) => ({ ...before, [name]: value }));
      setErrors(({ [name]: _mended, ...others }) => others);
    },
  });

  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <TextInput
        {...field("url")}
        label="Address"
        placeholder="https://…"
        required
        withAsterisk={false}
        data-autofocus
      />
      <div className="form__pair">
        <TextInput {...field("folder")} label="Folder" description="Optional; below the downloads folder" />
        <TextInput {...field("name")} label="File name" description="Optional; else the server’s own" />
      </div>
      <TextInput
        {...field("sha256")}
        label="SHA-256"
        description="Optional; the file is placed only if it matches. Hashes the server publishes are found without it."
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
