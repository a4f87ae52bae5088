import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { needsToken } from "../../../src/client/api-error.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { keepToken } from "../data/token.ts";
import { useLink } from "../data/use-live.ts";
import { t } from "../words/words.ts";
import { rich } from "../words/rich.tsx";
import "../ui/form.css";
import "./token-gate.css";

/** Asks for the server's token when it wants one; else shows the page. */
export function TokenGate({ children }: { children: ReactNode }) {
  const { error } = useLink();
  return needsToken(error) ? <TokenForm /> : children;
}

function TokenForm() {
  const { client, live } = useServer();
  const [token, setToken] = useState("");
  const check = useMutation({
    mutationFn: (given: string) => {
      keepToken(given);
      return client.jobs.list({ limit: 1 });
    },
    onSuccess: () => live.retryNow(),
  });
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    check.mutate(token.trim());
  };
  return (
    <main className="token-gate">
      <form className="form surface token-gate__form" onSubmit={submit}>
        <KeyRound size={26} aria-hidden />
        <div>
          <h1 className="token-gate__title">{t("This server wants its token")}</h1>
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
      </form>
    </main>
  );
}

function wordsFor(error: Error): string {
  return needsToken(error) ? t("This is not the server’s token") : describeError(error).message;
}
