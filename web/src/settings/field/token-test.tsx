import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import type { TokenTestAnswer } from "../../../../src/wire/settings.ts";
import { describeError } from "../../data/describe-error.ts";
import { useServer } from "../../data/server.tsx";
import { useIsAway } from "../../data/use-live.ts";
import { joinSentences } from "../../format/join-sentences.ts";
import { t } from "../../words/words.ts";
import { Button } from "../../ui/button.tsx";

/** Asks the service whether it knows the token, and says what it said. */
export function TokenTest({ name, label }: { name: string; label: string }) {
  const { client } = useServer();
  const away = useIsAway();
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => client.settings.test(name),
  });
  return (
    <>
      <span className="token-test" role="status">
        {!isPending && data !== undefined && sayVerdict(data)}
        {!isPending && error !== null && <Verdict tone="bad" text={describeError(error).message} />}
      </span>
      <Button
        variant="default"
        size="compact-sm"
        loading={isPending}
        disabled={away}
        aria-label={t("Test {name}", { name: label })}
        onClick={() => mutate()}
      >
        {t("Test")}
      </Button>
    </>
  );
}

function sayVerdict({ state, as, message, advice }: TokenTestAnswer): ReactNode {
  switch (state) {
    case "works":
      return (
        <Verdict tone="ok" text={as === null ? t("It works") : t("It works, as {name}", { name: as })} />
      );
    case "refused":
      return <Verdict tone="bad" text={t("The service refuses it")} />;
    case "unreachable":
      return (
        <Verdict
          tone="warn"
          text={joinSentences(t("The service cannot be asked."), joinSentences(message ?? "", advice))}
        />
      );
    case "none":
      return <Verdict tone="warn" text={t("There is none")} />;
    default:
      throw state satisfies never;
  }
}

const ICONS = { ok: CircleCheck, warn: CloudOff, bad: CircleAlert };

function Verdict({ tone, text }: { tone: keyof typeof ICONS; text: string }) {
  const Icon = ICONS[tone];
  return (
    <span className="token-test__verdict" data-tone={tone}>
      <Icon size={15} aria-hidden />
      <span dir="auto">{text}</span>
    </span>
  );
}
