import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import type { AccessMessage, SessionMessage } from "../../../src/wire/access.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { SettingLine } from "../settings/setting-line.tsx";
import { SettingsGroup } from "../settings/settings-group.tsx";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { forgetDrafts } from "../ui/kept-drafts.ts";
import { tell } from "../ui/notify.ts";
import { t, tn } from "../words/words.ts";
import { roleWord } from "./role-words.ts";
import { useAccessChange } from "./use-access.ts";

type Asker = NonNullable<AccessMessage["asker"]>;

/** Who the server takes this browser for. */
export function YouGroup({ asker, sessions }: { asker: Asker; sessions: readonly SessionMessage[] }) {
  const { live } = useServer();
  const signOut = useAccessChange<void, void>((access) => access.signOut(), {
    title: t("Could not sign out"),
    done: () => {
      forgetDrafts();
      live.retryNow();
    },
  });
  const endOthers = useAccessChange<void, number>((access) => access.endOtherSessions(), {
    title: t("Could not end the other sessions"),
    done: (ended) => tell(tn(ended, "{n} other session has ended", "{n} other sessions have ended")),
  });
  const [changing, setChanging] = useState(false);
  const isSession = asker.via === "session";
  return (
    <SettingsGroup title={t("You")}>
      <SettingLine label={wordsFor(asker)} about={roleWord(asker.role)}>
        {isSession && (
          <>
            <Button size="xs" variant="default" onClick={() => setChanging(!changing)}>
              {t("Change password")}
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() => endOthers.mutate()}
              disabled={sessions.length < 2}
            >
              {t("Sign out everywhere else")}
            </Button>
            <Button size="xs" variant="default" onClick={() => signOut.mutate()}>
              {t("Sign out")}
            </Button>
          </>
        )}
      </SettingLine>
      {changing && <PasswordForm onDone={() => setChanging(false)} />}
    </SettingsGroup>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const change = useAccessChange(
    (access, given: { before: string; after: string }) => access.changePassword(given.before, given.after),
    {
      done: () => {
        tell(t("The password is changed"), t("All other sessions have ended."));
        onDone();
      },
    },
  );
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    change.mutate({ before, after });
  };
  return (
    <form className="form access-form access-form_inside" onSubmit={submit}>
      <PasswordInput
        label={t("Present password")}
        value={before}
        onChange={(event) => setBefore(event.currentTarget.value)}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": t("Show the password") }}
        autoFocus
      />
      <PasswordInput
        label={t("New password")}
        value={after}
        onChange={(event) => setAfter(event.currentTarget.value)}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("Show the password") }}
      />
      <FormProblem message={change.error === null ? null : describeError(change.error).message} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          {t("Cancel")}
        </Button>
        <Button type="submit" disabled={before === "" || after === ""} loading={change.isPending}>
          {t("Change password")}
        </Button>
      </div>
    </form>
  );
}

function wordsFor({ via, name }: Asker): string {
  switch (via) {
    case "loopback":
      return t("Whoever is on this machine");
    case "token":
      return t("Whoever has the server’s token");
    case "session":
    case "proxy":
    case "key":
    case "nothing":
      return name;
    default:
      return via satisfies never;
  }
}
