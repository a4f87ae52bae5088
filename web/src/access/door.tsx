import { UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { Logo } from "../app/logo.tsx";
import { useServer } from "../data/server.tsx";
import { dropToken } from "../data/token.ts";
import { t } from "../words/words.ts";
import { NewAccountForm } from "./new-account-form.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { TokenForm } from "./token-form.tsx";
import { useAccess } from "./use-access.ts";
import "../ui/form.css";
import "./gate.css";

interface DoorProps {
  wants: boolean;
  offers: boolean;
  setOffers: (offers: boolean) => void;
}

/** Asks who is there, or whether there is to be a first account. */
export function Door({ wants, offers, setOffers }: DoorProps) {
  const { live } = useServer();
  const access = useAccess();
  const [byToken, setByToken] = useState(false);
  if (access.isPending && wants) return <main className="gate" aria-busy />;
  const hasAccounts = access.data?.has_accounts === true;
  const open = (): void => live.retryNow();
  if (offers) {
    return (
      <main className="gate">
        <Brand />
        <div className="surface gate__form form">
          <UserRoundPlus size={26} aria-hidden />
          <div>
            <h1 className="gate__title">{t("Make the first account")}</h1>
            <p className="dim">
              {t("It is an admin’s. With it you sign in by name and password; the token stays valid.")}
            </p>
          </div>
          <NewAccountForm
            first
            leave={t("Later")}
            onLeave={() => setOffers(false)}
            onDone={() => {
              // The session that came with it is enough.
              dropToken();
              setOffers(false);
              open();
            }}
          />
        </div>
      </main>
    );
  }
  return (
    <main className="gate">
      <Brand />
      {hasAccounts && !byToken ? (
        <SignInForm
          onToken={() => setByToken(true)}
          onDone={() => {
            dropToken();
            open();
          }}
        />
      ) : (
        <TokenForm
          onSignIn={hasAccounts ? () => setByToken(false) : null}
          onDone={() => {
            setOffers(!hasAccounts);
            open();
          }}
        />
      )}
    </main>
  );
}

/** Whose door it is. */
function Brand() {
  return (
    <div className="brand">
      <Logo size={32} />
      <span className="brand__name">Haulyard</span>
    </div>
  );
}
