import { Button } from "@mantine/core";
import { Info, KeyRound, Link2, ShieldQuestion, Wrench } from "lucide-react";
import type { ReactNode } from "react";
import { describeError } from "../data/describe-error.ts";
import { VerifyLink } from "../host-keys/verify-link.tsx";
import { t } from "../words/words.ts";
import type { InstallProps } from "./install-dialog.tsx";
import { missingTools } from "./install-plan.ts";
import type { PlannedCard } from "./install-plan.ts";
import { useMissingCards } from "./use-install.ts";
import type { useHostFiles } from "./use-install.ts";

interface InstallHintsProps extends Pick<InstallProps, "filepaths" | "host" | "onAdd"> {
  cards: readonly PlannedCard[];
  files: ReturnType<typeof useHostFiles>;
}

/** What a person should know before it begins. Hints, not errors: nothing of it forbids to go on. */
export function InstallHints({ cards, filepaths, host, files, onAdd }: InstallHintsProps) {
  const missing = useMissingCards(filepaths, true);
  const tools = host === null ? [] : missingTools(cards, host);
  const notes = [...new Set(cards.flatMap((card) => card.notes))];
  const asks = host !== null && host.question !== null;
  return (
    <ul className="review__hints">
      {host !== null && asks && (
        <Hint icon={<ShieldQuestion size={15} />} tone="bad">
          {t("Its keys have to be looked at first; until then the tasks wait.")}{" "}
          <VerifyLink hostId={host.id} of={host.label} />
        </Hint>
      )}
      {files.isFetching && <Hint icon={<Info size={15} />}>{t("Looking what is there already…")}</Hint>}
      {files.error !== null && !files.isFetching && (
        <Hint icon={<Info size={15} />} tone="warn">
          {t("What is there already could not be looked up: {why}", {
            why: describeError(files.error).message,
          })}
        </Hint>
      )}
      {tools.length > 0 && (
        <Hint icon={<Wrench size={15} />} tone="warn">
          {t("Not found there: {tools}. Commands that call it will fail until it is installed.", {
            tools: tools.join(", "),
          })}
        </Hint>
      )}
      {notes.map((note) => (
        <Hint key={note} icon={<KeyRound size={15} />} tone="warn">
          {note}
        </Hint>
      ))}
      {missing.map(({ name, filepath, for: title }) => (
        <Hint key={filepath} icon={<Link2 size={15} />}>
          {t("{title} needs {name}, which is not chosen.", { title, name })}{" "}
          <Button size="compact-xs" variant="default" onClick={() => onAdd(filepath)}>
            {t("Add {name}", { name })}
          </Button>
        </Hint>
      ))}
    </ul>
  );
}

function Hint({ icon, tone, children }: { icon: ReactNode; tone?: "warn" | "bad"; children: ReactNode }) {
  return (
    <li className="hint" data-tone={tone}>
      <span aria-hidden>{icon}</span>
      <span>{children}</span>
    </li>
  );
}
