import { Textarea } from "@mantine/core";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { CopyButton } from "../ui/copy-button.tsx";
import { t } from "../words/words.ts";
import { compareFingerprints } from "./read-fingerprint.ts";
import type { Comparison, Fingerprint } from "./read-fingerprint.ts";

/** Run on the machine itself; both print the lines that are shown here. */
const COMMANDS = [
  'for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lvf "$f"; done',
  "ssh-keyscan localhost 2>/dev/null | ssh-keygen -lf -",
];

/** Where the right fingerprints are to be found, and a field that compares what was found there. */
export function HowToCompare({ keys }: { keys: readonly Fingerprint[] }) {
  const [paste, setPaste] = useState("");
  return (
    <section className="compare" aria-labelledby="compare-title">
      <h3 id="compare-title" className="compare__title">
        {t("What to compare it with")}
      </h3>
      <p>
        {t(
          "Look where an attacker between you and the machine cannot write: the fingerprints on your provider’s page, or its console in the browser. There, one of these prints them:",
        )}
      </p>
      <ul className="compare__commands">
        {COMMANDS.map((command) => (
          <li key={command}>
            <code>{command}</code>
            <CopyButton text={command} what={t("the command")} />
          </li>
        ))}
      </ul>
      <Textarea
        label={t("Paste here what you found, to have it compared")}
        description={t("Optional; it stays on this page")}
        placeholder="SHA256:…"
        autosize
        minRows={1}
        maxRows={4}
        spellCheck={false}
        classNames={{ input: "mono" }}
        value={paste}
        onChange={(event) => setPaste(event.currentTarget.value)}
      />
      <p className="compare__verdict" role="status">
        <Verdict said={compareFingerprints(paste, keys)} />
      </p>
    </section>
  );
}

function Verdict({ said }: { said: Comparison }) {
  switch (said) {
    case "empty":
      return null;
    case "same":
      return (
        <span data-tone="ok">
          <CircleCheck size={15} aria-hidden /> {t("One of them is shown here, to the letter.")}
        </span>
      );
    case "other":
      return (
        <span data-tone="bad">
          <TriangleAlert size={15} aria-hidden /> {t("None of them is shown here. Do not trust these keys.")}
        </span>
      );
    case "unclear":
      return <span>{t("There is no whole fingerprint in it: SHA256: and 43 characters.")}</span>;
    default:
      throw said satisfies never;
  }
}
