import { TextInput } from "@mantine/core";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Role } from "../../../src/job/access-contract.ts";
import type { KeyMessage, KeyRequest } from "../../../src/wire/access.ts";
import { describeError } from "../data/describe-error.ts";
import { useNow } from "../data/use-now.ts";
import { formatAgo, formatTime } from "../format/time.ts";
import { SettingLine } from "../settings/setting-line.tsx";
import { SettingsGroup } from "../settings/settings-group.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { askFirst } from "../ui/ask-first.ts";
import { CHANGES_NOTHING } from "../ui/focus/find-beside.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { RoleChoice } from "./role-choice.tsx";
import { roleWord } from "./role-words.ts";
import { useAccessChange, useAccessQuery } from "./use-access.ts";

/** Keys for programs. */
export function KeysGroup() {
  const keys = useAccessQuery("keys", (access, signal) => access.keys(signal));
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  if (keys.isError)
    return <CouldNotRead title={t("The keys could not be read")} error={keys.error} retry={keys.refetch} />;
  const all = keys.data ?? [];
  return (
    <SettingsGroup
      title={t("API keys")}
      about={t("For programs: sent as a bearer token, each with a role of its own.")}
      tools={
        !adding && (
          <Button
            size="xs"
            variant="default"
            {...{ [CHANGES_NOTHING]: "" }}
            leftSection={<Plus size={14} />}
            onClick={() => setAdding(true)}
          >
            {t("Add key")}
          </Button>
        )
      }
    >
      {adding && (
        <NewKeyForm
          onLeave={() => setAdding(false)}
          onMade={(made) => {
            setSecret(made);
            setAdding(false);
          }}
        />
      )}
      {secret !== null && (
        <SettingLine label={t("The new key")} about={t("It is shown this once. Copy it now.")}>
          <code className="access-secret">{secret}</code>
          <CopyButton text={secret} what={t("the key")} />
          <Button size="xs" variant="default" onClick={() => setSecret(null)}>
            {t("Done")}
          </Button>
        </SettingLine>
      )}
      {all.map((key) => (
        <KeyLine key={key.id} apiKey={key} />
      ))}
      {keys.isSuccess && all.length === 0 && !adding && (
        <p className="settings-group__note">{t("There are none.")}</p>
      )}
    </SettingsGroup>
  );
}

function NewKeyForm({ onMade, onLeave }: { onMade: (secret: string) => void; onLeave: () => void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState("");
  const [role, setRole] = useState<Role>("read");
  const add = useAccessChange((access, given: KeyRequest) => access.addKey(given), {
    done: (made) => onMade(made.secret),
  });
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    add.mutate({ name, role, ...(days.trim() === "" ? {} : { expires_in_days: Number(days) }) });
  };
  return (
    <form className="form access-form access-form_inside" onSubmit={submit}>
      <div className="form__pair">
        <TextInput
          label={t("Name")}
          placeholder={t("backup script")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
        />
        <TextInput
          label={t("Days it holds")}
          placeholder={t("until it is revoked")}
          inputMode="numeric"
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
      </div>
      <RoleChoice label={t("Role")} value={role} onChange={setRole} />
      <FormProblem message={add.error === null ? null : describeError(add.error).message} />
      <div className="form__buttons">
        <Button variant="default" onClick={onLeave}>
          {t("Cancel")}
        </Button>
        <Button type="submit" disabled={name.trim() === ""} loading={add.isPending}>
          {t("Make key")}
        </Button>
      </div>
    </form>
  );
}

function KeyLine({ apiKey: key }: { apiKey: KeyMessage }) {
  const now = useNow("minute");
  const revoke = useAccessChange<void, void>((access) => access.revokeKey(key.id), {
    title: t("The key could not be revoked"),
    atOnce: { list: "keys", to: (each: KeyMessage) => (each.id === key.id ? [] : [each]) },
  });
  const ask = (): void =>
    askFirst({
      title: t("Revoke {name}?", { name: key.name }),
      children: <p>{t("Programs that use it are let in no more, at once.")}</p>,
      doIt: t("Revoke"),
      act: () => revoke.mutate(),
    });
  const revoking = t("Revoke {name}", { name: key.name });
  return (
    <SettingLine label={key.name} about={factsOf(key, now)}>
      <IconButton danger label={revoking} onClick={ask} loading={revoke.isPending}>
        <Trash2 size={15} aria-hidden />
      </IconButton>
    </SettingLine>
  );
}

function factsOf({ role, last_used_at: used, expires_at: ends, expired }: KeyMessage, now: number): string {
  return [
    roleWord(role),
    used === null ? t("never used") : t("used {time}", { time: formatAgo(used, now) }),
    ...(ends === null
      ? []
      : [
          expired
            ? t("ran out {time}", { time: formatTime(ends) })
            : t("until {time}", { time: formatTime(ends) }),
        ]),
  ].join(" · ");
}
