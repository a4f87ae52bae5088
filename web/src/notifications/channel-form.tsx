import { NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useServer } from "../data/server.tsx";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useDraft } from "../ui/use-draft.ts";
import { useFormEnd } from "../ui/use-form-end.ts";
import type { DraftForm } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";
import {
  CHANNEL_KINDS,
  checkChannel,
  EMPTY_DRAFT,
  FIELDS,
  toChannelField,
  toChannelRequest,
} from "./channel-draft.ts";
import type { ChannelDraft, ChannelKind } from "./channel-draft.ts";
import { fieldWords, KIND_WORDS } from "./channel-words.ts";
import { DigestField, EventsField, NamedField } from "./filter-fields.tsx";
import { CHANNELS_QUERY } from "./use-channels.ts";

/** Sets up a channel. The key of a webhook is shown once, when it is made. */
export function ChannelForm({ onDone }: { onDone: () => void }) {
  const [kind, setKind] = useState<ChannelKind>("ntfy");
  const away = useIsAway();
  const { client } = useServer();
  const queries = useQueryClient();
  const { draft, form, field, fill, problem, submit, refuse } = useDraft<ChannelDraft>({
    initial: () => EMPTY_DRAFT,
    check: (written) => checkChannel(kind, written),
    onSubmit: (written) => add.mutate(written),
  });
  const end = useFormEnd({ onDone, onRefused: refuse, toField: toChannelField });
  const add = useMutation({
    mutationFn: (written: ChannelDraft) => client.channels.add(toChannelRequest(kind, written)),
    onSuccess: async ({ secret }) => {
      await queries.invalidateQueries({ queryKey: CHANNELS_QUERY });
      if (secret === null) end.done();
    },
    onError: (error) => end.refused(error, t("The channel was not added")),
  });
  const secret = add.data?.secret ?? null;
  if (secret !== null) return <MadeSecret secret={secret} onDone={onDone} />;
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <NativeSelect
        label={t("How")}
        value={kind}
        data-autofocus
        data={CHANNEL_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
        onChange={({ currentTarget: { value } }) => setKind(value as ChannelKind)}
      />
      {FIELDS[kind].map(([name]) => (
        <KindField key={`${kind} ${name}`} kind={kind} name={name} field={field(name)} />
      ))}
      <TextInput {...field("name")} label={t("Name")} placeholder={KIND_WORDS[kind]} />
      {kind === "command" && <NamedField value={draft.named} error={field("named").error} fill={fill} />}
      <EventsField value={draft.events} error={field("events").error} fill={fill} />
      <DigestField value={draft.digest} fill={fill} />
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={add.isPending} disabled={away}>
          {t("Add channel")}
        </Button>
      </div>
    </form>
  );
}

interface KindFieldProps {
  kind: ChannelKind;
  name: keyof ChannelDraft;
  field: ReturnType<DraftForm<ChannelDraft>["field"]>;
}

function KindField({ kind, name, field }: KindFieldProps) {
  const { label, about, placeholder } = fieldWords(kind, name);
  const props = { ...field, label, description: about, placeholder, spellCheck: false };
  if (name === "token") return <PasswordInput {...props} />;
  return name === "argv" ? (
    <Textarea {...props} autosize minRows={2} classNames={{ input: "mono" }} />
  ) : (
    <TextInput {...props} />
  );
}

function MadeSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div className="form">
      <p>{t("The receiver checks messages with this key. It is shown only now.")}</p>
      <div className="channel-secret">
        <code className="mono">{secret}</code>
        <CopyButton text={secret} what={t("the key")} />
      </div>
      <div className="form__buttons">
        <Button data-autofocus onClick={onDone}>
          {t("Done")}
        </Button>
      </div>
    </div>
  );
}
