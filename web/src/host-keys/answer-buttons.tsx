import { useEffect, useRef } from "react";
import { useMay } from "../access/may.tsx";
import { describeError } from "../data/describe-error.ts";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { t } from "../words/words.ts";
import type { KeysProps } from "./host-key-dialog.tsx";
import { useAnswerKeys, useLookAgain } from "./use-host-keys.ts";

interface AnswerButtonsProps extends KeysProps {
  /** The words on the button that trusts. */
  trust: string;
  danger: boolean;
  /** Whether it works: nothing is left to be done first. */
  ready: boolean;
}

/** Trust, not now, look again, or: these are not its keys. */
export function AnswerButtons({ id, label, shown, onClose, trust, danger, ready }: AnswerButtonsProps) {
  const answer = useAnswerKeys(id, label, onClose);
  const again = useLookAgain(id);
  const away = useIsAway();
  const may = useMay("POST /hosts/:id/verify");
  const error = answer.error ?? again.error;
  const busy = answer.isPending || again.isPending;
  // Named, so that nothing but what is shown here can be trusted by it.
  const [first] = shown.keys;
  // The question comes after the dialog has opened: the focus goes from its cross to the harmless answer.
  const safe = useRef<HTMLButtonElement>(null);
  useEffect(() => safe.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <FormProblem message={error === null || busy ? null : describeError(error).message} />
      {!may && <p className="dim">{t("Only an admin can answer for the keys of an instance.")}</p>}
      <div className="keys__buttons">
        <Button
          className="keys__reject"
          variant="subtle"
          color="gray"
          size="compact-md"
          disabled={away || busy || !may}
          onClick={() => answer.mutate({ reject: true })}
        >
          {t("These are not its keys")}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          disabled={away || answer.isPending || !may}
          loading={again.isPending}
          onClick={() => again.mutate()}
        >
          {t("Look again")}
        </Button>
        <span className="keys__space" />
        <Button ref={safe} variant="default" data-autofocus onClick={onClose}>
          {t("Not now")}
        </Button>
        <Button
          {...(danger ? { color: "red" } : {})}
          disabled={!ready || !may || away || again.isPending || first === undefined}
          loading={answer.isPending}
          onClick={() => first !== undefined && answer.mutate({ accept: true, fingerprint: first.hash })}
        >
          {trust}
        </Button>
      </div>
    </>
  );
}
