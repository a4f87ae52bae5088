import { ShieldQuestion } from "lucide-react";
import { rich } from "../words/rich.tsx";
import { t } from "../words/words.ts";
import { AnswerButtons } from "./answer-buttons.tsx";
import { bold, code } from "../ui/marks.tsx";
import type { KeysProps } from "./host-key-dialog.tsx";
import { HowToCompare } from "./how-to-compare.tsx";
import { KeyFigures } from "./key-figures.tsx";
import { KeysBanner } from "./keys-banner.tsx";

/** A machine that was never seen before: is it the one that was meant? */
export function UnknownKeys(props: KeysProps) {
  const { id, label, shown } = props;
  return (
    <div className="keys">
      <KeysBanner hostId={id} icon={ShieldQuestion} title={t("Is this your machine?")}>
        {rich(
          "<b>{label}</b> at <c>{address}</c> has not been seen before. It proves who it is by what is shown here; nothing is sent there until you trust it.",
          { b: bold, c: code },
          { label, address: `${shown.host}:${shown.port}` },
        )}
      </KeysBanner>
      <KeyFigures keys={shown.keys} />
      <HowToCompare keys={shown.keys} />
      <AnswerButtons {...props} trust={t("Trust")} danger={false} ready />
    </div>
  );
}
