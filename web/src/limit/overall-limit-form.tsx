import { TextInput } from "@mantine/core";
import type { LimitMessage } from "../../../src/wire/limits.ts";
import { useIsAway, useTotals } from "../data/use-live.ts";
import { useNow } from "../data/use-now.ts";
import { formatSpeed } from "../format/bytes.ts";
import { formatAgo } from "../format/time.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useDraft } from "../ui/use-draft.ts";
import { checkOverall } from "./limit-draft.ts";
import { originSentence, presentSentence } from "./limit-words.ts";
import { useChangeOverallLimit } from "./use-change-limit.ts";
import { t } from "../words/words.ts";
import "./limit.css";

/** What is written most. */
const QUICK = ["none", "1M", "5M", "20M", "off"] as const;

/** The limit for all downloads together: what holds, how fast it is, and a field to change it. */
export function OverallLimitForm({ limit, onDone }: { limit: LimitMessage; onDone: () => void }) {
  const away = useIsAway();
  const { form, field, fill, problem, submit, refuse } = useDraft({
    initial: () => ({ limit: limit.limit_rate }),
    check: checkOverall,
    onSubmit: (draft) => change.mutate(draft.limit),
  });
  const change = useChangeOverallLimit({ onDone, onRefused: refuse });
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <Present limit={limit} />
      <TextInput
        {...field("limit")}
        label={t("Limit")}
        description={t("A rate (20M, 1.5MiB/s), none, off, or by day and hour: mon-fri 08:00-18:00=5M, 20M")}
        spellCheck={false}
        autoCapitalize="none"
        data-autofocus
      />
      <div className="limit-quick" role="group" aria-label={t("Often used")}>
        {QUICK.map((text) => (
          <Button
            key={text}
            variant="default"
            size="compact-sm"
            aria-pressed={field("limit").value === text}
            onClick={() => fill({ limit: text })}
          >
            {text}
          </Button>
        ))}
      </div>
      <FormProblem message={problem} />
      <div className="form__buttons">
        {limit.source === "person" && (
          <Button
            className="limit-reset"
            variant="subtle"
            disabled={away || change.isPending}
            onClick={() => change.mutate(null)}
          >
            {t("Back to the setting")}
          </Button>
        )}
        <Button variant="default" onClick={onDone}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={change.isPending} disabled={away}>
          {t("Save")}
        </Button>
      </div>
    </form>
  );
}

function Present({ limit }: { limit: LimitMessage }) {
  const { active, bytesPerSecond } = useTotals();
  const now = useNow("minute");
  const ago = limit.changed_at === null ? "" : formatAgo(limit.changed_at, now);
  return (
    <div className="limit-present" aria-live="polite">
      <p className="limit-present__line">
        <strong>{presentSentence(limit, now)}</strong>
        <span className="limit-present__speed">
          {active === 0
            ? t("Nothing is running")
            : t("{speed} at present", { speed: formatSpeed(bytesPerSecond) })}
        </span>
      </p>
      <p className="dim">{originSentence(limit, ago)}</p>
    </div>
  );
}
