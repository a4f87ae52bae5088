import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Role } from "../../../src/job/access-contract.ts";
import type { AccountMessage } from "../../../src/wire/access.ts";
import { formatTime } from "../format/time.ts";
import { SettingLine } from "../settings/setting-line.tsx";
import { SettingsGroup } from "../settings/settings-group.tsx";
import { Button } from "../ui/button.tsx";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { askFirst } from "../ui/ask-first.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { NewAccountForm } from "./new-account-form.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { useAccessChange, useAccessQuery } from "./use-access.ts";

/** Who can sign in. */
export function AccountsGroup() {
  const accounts = useAccessQuery("accounts", (access, signal) => access.accounts(signal));
  const [adding, setAdding] = useState(false);
  if (accounts.isError)
    return (
      <CouldNotRead
        title={t("The accounts could not be read")}
        error={accounts.error}
        retry={accounts.refetch}
      />
    );
  const all = accounts.data ?? [];
  return (
    <SettingsGroup
      title={t("Accounts")}
      about={t("People who sign in with a name and a password.")}
      tools={
        !adding && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Plus size={14} />}
            onClick={() => setAdding(true)}
          >
            {t("Add account")}
          </Button>
        )
      }
    >
      {adding && (
        <div className="access-form_inside">
          <NewAccountForm
            first={accounts.isSuccess && all.length === 0}
            leave={t("Cancel")}
            onLeave={() => setAdding(false)}
            onDone={() => setAdding(false)}
          />
        </div>
      )}
      {all.map((account) => (
        <AccountLine key={account.name} account={account} />
      ))}
      {accounts.isSuccess && all.length === 0 && !adding && (
        <p className="settings-group__note">{t("Nobody has one yet. The first is an admin’s.")}</p>
      )}
    </SettingsGroup>
  );
}

function AccountLine({ account: { name, role, created_at: at } }: { account: AccountMessage }) {
  const change = useAccessChange((access, next: Role) => access.changeAccount(name, { role: next }), {
    title: t("The role could not be changed"),
    atOnce: {
      list: "accounts",
      to: (each: AccountMessage, next) => [each.name === name ? { ...each, role: next } : each],
    },
  });
  const remove = useAccessChange<void, void>((access) => access.removeAccount(name), {
    title: t("The account could not be removed"),
    atOnce: { list: "accounts", to: (each: AccountMessage) => (each.name === name ? [] : [each]) },
  });
  const ask = (): void =>
    askFirst({
      title: t("Remove {name}?", { name }),
      children: <p>{t("The sessions of this account end at once.")}</p>,
      doIt: t("Remove"),
      act: () => remove.mutate(),
    });
  const removing = t("Remove {name}", { name });
  return (
    <SettingLine label={name} about={t("since {time}", { time: formatTime(at) })}>
      <RoleChoice
        label={t("Role of {name}", { name })}
        value={role}
        onChange={(next) => change.mutate(next)}
      />
      <IconButton danger label={removing} onClick={ask} loading={remove.isPending}>
        <Trash2 size={15} aria-hidden />
      </IconButton>
    </SettingLine>
  );
}
