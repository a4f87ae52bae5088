import { Checkbox } from "@mantine/core";
import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import { rich } from "../words/rich.tsx";
import { t } from "../words/words.ts";
import { AnswerButtons } from "./answer-buttons.tsx";
import { bold, code } from "../ui/marks.tsx";
import type { KeysProps } from "./host-key-dialog.tsx";
import { HowToCompare } from "./how-to-compare.tsx";
import { KeyFigures } from "./key-figures.tsx";
import { KeysBanner } from "./keys-banner.tsx";

/** A machine whose keys are not those that were accepted: another machine, or somebody in between. */
export function ChangedKeys(props: KeysProps) {
  const { id, label, shown } = props;
  // Tied to what was compared: other keys have to be compared anew.
  const shownNow = shown.keys.map(({ line }) => line).join("\n");
  const [compared, setCompared] = useState<string | null>(null);
  return (
    <div className="keys">
      <KeysBanner hostId={id} icon={ShieldAlert} title={t("The key of this machine has changed")} alarming>
        {rich(
          "<b>{label}</b> at <c>{address}</c> does not show the key that was accepted. Nothing was sent there.",
          { b: bold, c: code },
          { label, address: `${shown.host}:${shown.port}` },
        )}
      </KeysBanner>
      <ul className="keys__reasons">
        <li>
          {rich(
            "<b>Likely harmless</b> if you have just created the instance anew, or the provider gave its address to another one.",
            { b: bold },
          )}
        </li>
        <li>
          {rich(
            "<b>An attack</b> if neither is so: somebody between you and the machine would read every command, and every token that goes with it.",
            { b: bold },
          )}
        </li>
      </ul>
      <div className="keys__pair">
        <section aria-labelledby="old-keys">
          <h3 id="old-keys" className="keys__side">
            {t("Accepted so far")}
          </h3>
          <KeyFigures keys={shown.oldKeys} />
        </section>
        <section aria-labelledby="new-keys">
          <h3 id="new-keys" className="keys__side" data-tone="bad">
            {t("Shown now")}
          </h3>
          <KeyFigures keys={shown.keys} />
        </section>
      </div>
      <HowToCompare keys={shown.keys} />
      <Checkbox
        label={t("I compared the new fingerprint with one from the machine itself, and it is the same")}
        checked={compared === shownNow}
        onChange={(event) => setCompared(event.currentTarget.checked ? shownNow : null)}
      />
      <AnswerButtons {...props} trust={t("Trust the new key")} danger ready={compared === shownNow} />
    </div>
  );
}
