import { Button } from "@mantine/core";
import { modals } from "@mantine/modals";
import { CopyButton } from "../ui/copy-button.tsx";
import type { TokenService } from "./remedy.ts";
import "./token-advice.css";
import { t } from "../words/words.ts";
import { rich } from "../words/rich.tsx";

const SERVICES = {
  "hugging-face": {
    page: "https://huggingface.co/settings/tokens",
    shown: "huggingface.co/settings/tokens",
  },
  civitai: {
    page: "https://civitai.com/user/account",
    shown: "civitai.com/user/account",
  },
} as const;

const HEADER_LINE = "haulyard add URL --header 'Authorization: Bearer …'";

/** Where a token is made, where it is set, and who gets to see it. */
export function TokenAdvice({ service }: { service: TokenService }) {
  return (
    <div className="token-advice">
      {service === "other" ? <HeaderSteps /> : <TokenSteps {...SERVICES[service]} />}
      <div className="form__buttons">
        <Button data-autofocus onClick={() => modals.closeAll()}>
          {t("Close")}
        </Button>
      </div>
    </div>
  );
}

function TokenSteps({ page, shown }: (typeof SERVICES)[keyof typeof SERVICES]) {
  return (
    <>
      <ol>
        <li>
          {rich(
            "Make a token that may read, at {page}.",
            {},
            {
              page: (
                <a href={page} target="_blank" rel="noreferrer">
                  {shown}
                </a>
              ),
            },
          )}
        </li>
        <li>
          {rich(
            "Give it to the server under {tokens}.",
            {},
            {
              tokens: (
                // The dialog is outside of the router.
                <a href="#/settings/tokens" onClick={() => modals.closeAll()}>
                  {t("Settings")}
                </a>
              ),
            },
          )}
        </li>
        <li>{t("Retry the download: it goes on from the bytes that are there.")}</li>
      </ol>
      <p className="dim">
        {t(
          "The token stays on the server and is sent to this service alone, not to the storage it redirects to.",
        )}
      </p>
    </>
  );
}

function HeaderSteps() {
  return (
    <>
      <p>{t("Add the download again with a header that says who asks:")}</p>
      <div className="token-advice__line">
        <code>{HEADER_LINE}</code>
        <CopyButton text={HEADER_LINE} what={t("the command")} />
      </div>
      <p className="dim">
        {t("It goes on from the bytes that are there. The header is sent to this host alone.")}
      </p>
    </>
  );
}
