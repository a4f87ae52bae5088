import { Textarea, TextInput } from "@mantine/core";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useDraft } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";
import { ConnectionExplained } from "./connection-explained.tsx";
import { checkInstanceDraft, EMPTY_INSTANCE, toInstanceDraft } from "./instance-draft.ts";
import type { InstanceDraft } from "./instance-draft.ts";
import { useSaveInstance } from "./use-save-instance.ts";

/** As providers show them, and as their templates have it: the same in every language. */
const LINE = "ssh -p 44686 root@203.0.113.7 -L 8080:localhost:8080";
const HOME = "/workspace/ComfyUI";
const NEEDS = "site=fra";

interface InstanceFormProps {
  /** The instance to change, or null for a new one. */
  host: HostMessage | null;
  onDone: () => void;
}

/** The ssh line, explained while it is typed; a name and a home if one likes. */
export function InstanceForm({ host, onDone }: InstanceFormProps) {
  const { draft, form, field, problem, submit, refuse, forget } = useDraft<InstanceDraft>({
    initial: () => (host === null ? EMPTY_INSTANCE : toInstanceDraft(host)),
    check: checkInstanceDraft,
    onSubmit: (filled) => save.mutate(filled),
    keptAs: host === null ? "instance" : null,
  });
  const done = (): void => {
    forget();
    onDone();
  };
  const save = useSaveInstance({ host, onDone: done, onRefused: refuse });
  const away = useIsAway();
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <div>
        <Textarea
          {...field("connection")}
          label={t("ssh line")}
          placeholder={LINE}
          autosize
          minRows={2}
          maxRows={5}
          spellCheck={false}
          classNames={{ input: "mono" }}
          data-autofocus
          onKeyDown={(event) => {
            // A line of a shell is sent by Enter, also where it is too long for one line of a field.
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            form.current?.requestSubmit();
          }}
        />
        <ConnectionExplained line={draft.connection} own={host?.id ?? null} />
      </div>
      <Details field={field} isNew={host === null} />
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={away}>
          {host === null ? t("Add instance") : t("Save")}
        </Button>
      </div>
    </form>
  );
}

type Field = ReturnType<typeof useDraft<InstanceDraft>>["field"];

/** What may be left out. */
function Details({ field, isNew }: { field: Field; isNew: boolean }) {
  return (
    <>
      <div className="form__pair">
        <TextInput
          {...field("label")}
          label={t("Name")}
          description={isNew ? t("Optional; else its address") : ""}
        />
        <TextInput
          {...field("uiHome")}
          label={t("UI home")}
          description={t("Optional; $UI_HOME in cards")}
          placeholder={HOME}
          spellCheck={false}
        />
      </div>
      <TextInput
        {...field("needs")}
        label={t("Labels its machine needs")}
        description={t(
          "Optional; where several machines share this queue, only those with them run its jobs",
        )}
        placeholder={NEEDS}
        spellCheck={false}
      />
    </>
  );
}
