import { Button, PasswordInput } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { needsToken } from "../../../src/client/api-error.ts";
import { useServer } from "../data/server.tsx";
import { currentToken, keepToken } from "../data/token.ts";
import { useLink } from "../data/use-live.ts";
import "../ui/form.css";
import "./token-gate.css";

/** Asks for the server's token when it wants one; else shows the page. */
export function TokenGate({ children }: { children: ReactNode }) {
  const { error } = useLink();
  return needsToken(error) ? <TokenForm said={error.message} /> : children;
}

function TokenForm({ said }: { said: string }) {
  const { live } = useServer();
  const [token, setToken] = useState("");
  const refused = currentToken() !== null;
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    keepToken(token.trim());
    live.retryNow();
  };
  return (
    <main className="token-gate">
      <form className="form surface token-gate__form" onSubmit={submit}>
        <KeyRound size={26} aria-hidden />
        <div>
          <h1 className="token-gate__title">This server wants its token</h1>
          <p className="dim">
            It is in the file <code>token</code> of its data folder, or in <code>HAULYARD_TOKEN</code>.
          </p>
        </div>
        <PasswordInput
          label="Token"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={refused ? said : undefined}
          autoComplete="current-password"
          data-autofocus
          autoFocus
        />
        <Button type="submit" disabled={token.trim() === ""}>
          Open
        </Button>
      </form>
    </main>
  );
}
