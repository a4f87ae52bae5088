import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { needsToken } from "../../../src/client/api-error.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { keepToken } from "../data/token.ts";
import { rich } from "../words/rich.tsx";
import { t } from "../words/words.ts";
import { Button } from "../ui/button.tsx";

interface TokenFormProps {
  onDone: () => void;
  /** Back to the name and the password; null: nobody has an account. */
  onSignIn: (() => void) | null;
}

/** The server's token. */
export function TokenForm({ onDone, onSignIn }: TokenFormProps) {
  const { client } = useServer();
  const [token, setToken] = useState("");
  const check = useMutation({
    mutationFn: (given: string) => {
      keepToken(given);
      return client.jobs.list({ limit: 1 });
    },
    onSuccess: onDone,
  });
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    check.mutate(token.trim());
  };
  return (
    <form className="form surface gate__form" onSubmit={submit}>
      <KeyRound size={26} aria-hidden />
      <div>
        <h1 className="gate__title">{t("This server wants its token")}</h1>
        <p className="dim">
          {rich(
            "It is in the file {file} of its data folder, or in {setting}.",
            {},
            {
              file: <code>token</code>,
              setting: <code>HAULYARD_TOKEN</code>,
            },
          )}
        </p>
      </div>
      <TextInput
        type="password"
        label={t("Token")}
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        error={check.error === null ? undefined : wordsFor(check.error)}
        autoComplete="current-password"
        data-autofocus
        autoFocus
      />
      <Button type="submit" disabled={token.trim() === ""} loading={check.isPending}>
        {t("Open")}
      </Button>
      {onSignIn !== null && (
        <Button variant="subtle" size="compact-sm" onClick={onSignIn}>
          {t("Sign in with a name instead")}
        </Button>
      )}
    </form>
  );
}

function wordsFor(error: Error): string {
  return needsToken(error) ? t("This is not the server’s token") : describeError(error).message;
}
