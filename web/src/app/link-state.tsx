import { Tooltip } from "@mantine/core";
import type { Link } from "../../../src/client/follow-events.ts";
import { useLink } from "../data/use-live.ts";

const WORDS: Record<Link, { label: string; sentence: string }> = {
  connecting: { label: "Connecting…", sentence: "Asking the server for its downloads." },
  live: { label: "Live", sentence: "Every change is shown as it happens." },
  polling: {
    label: "Every 2 s",
    sentence: "Live events do not come through (a proxy?), so the page asks every two seconds.",
  },
  away: { label: "Server away", sentence: "The server does not answer. Trying again and again." },
};

/** How the page hears of changes. */
export function LinkState() {
  const { link } = useLink();
  const { label, sentence } = WORDS[link];
  return (
    <Tooltip label={sentence}>
      <span className="link-state" data-link={link}>
        <span className="link-state__dot" aria-hidden />
        {label}
        <span className="visually-hidden">: {sentence}</span>
      </span>
    </Tooltip>
  );
}
