import type { Link } from "../../../src/client/follow-events.ts";
import { useLink } from "../data/use-live.ts";
import { t } from "../words/words.ts";

const WORDS: Record<Link, { label: string; sentence: string }> = {
  connecting: { label: t("Connecting…"), sentence: t("Asking the server for its downloads.") },
  live: { label: t("Live"), sentence: t("Every change is shown as it happens.") },
  polling: {
    label: t("Every 2 s"),
    sentence: t("Live events do not come through (a proxy?), so the page asks every two seconds."),
  },
  away: { label: t("Server away"), sentence: t("The server does not answer. Trying again and again.") },
};

/** How the page hears of changes. */
export function LinkState() {
  const { link } = useLink();
  const { label, sentence } = WORDS[link];
  return (
    <span className="link-state" data-link={link} data-tip={sentence}>
      <span className="link-state__dot" aria-hidden />
      <span className="link-state__words">{label}</span>
      <span className="visually-hidden">: {sentence}</span>
    </span>
  );
}
