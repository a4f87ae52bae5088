import { Loader } from "@mantine/core";
import { describeError } from "../data/describe-error.ts";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { pressOnce } from "../ui/press-once.ts";
import { FormProblem } from "../ui/form-problem.tsx";
import { t, tn } from "../words/words.ts";
import type { InstallProps } from "./install-dialog.tsx";
import { InstallHints } from "./install-hints.tsx";
import { readPlans, sumUpCards } from "./install-plan.ts";
import { InstallSummary } from "./install-summary.tsx";
import { PlannedCardView } from "./planned-card.tsx";
import { useHostFiles, useInstall, useInstallPlan } from "./use-install.ts";

/** The plan: how much, what is in the way, and every command that will run. */
export function InstallReview({ filepaths, host, onAdd, onClose, onDone, onRefused }: InstallProps) {
  const plan = useInstallPlan(filepaths, host, true);
  const files = useHostFiles(host, true);
  const install = useInstall(onRefused);
  const away = useIsAway();
  const cards = plan.data === undefined ? null : readPlans(plan.data, files.data ?? null);
  const sum = cards === null ? null : sumUpCards(cards);
  const start = (): void => {
    install.mutate({ cards: (cards ?? []).filter(({ state }) => state === "new"), host });
    onDone();
  };
  return (
    <div className="review">
      {plan.error !== null && <FormProblem message={describeError(plan.error).message} />}
      {cards === null && plan.error === null && (
        <div className="review__wait" role="status">
          <Loader size={22} aria-hidden />
          <p>{t("Asking how large everything is, and what is there already…")}</p>
        </div>
      )}
      {cards !== null && sum !== null && (
        <>
          <InstallSummary sum={sum} host={host} space={plan.data?.space ?? []} />
          <InstallHints cards={cards} filepaths={filepaths} host={host} files={files} onAdd={onAdd} />
          <ol className="review__cards">
            {cards.map((card) => (
              <PlannedCardView key={card.filepath} card={card} />
            ))}
          </ol>
        </>
      )}
      <div className="review__buttons">
        <Button variant="default" onClick={onClose}>
          {t("Cancel")}
        </Button>
        <Button
          data-autofocus
          disabled={sum === null || sum.count === 0 || away}
          loading={install.isPending}
          // The dialog takes a moment to go.
          onClick={pressOnce(start)}
        >
          {wordsFor(sum?.count ?? null)}
        </Button>
      </div>
    </div>
  );
}

/** What the button does, once that is known. */
function wordsFor(count: number | null): string {
  if (count === null) return t("Install");
  return count === 0 ? t("Nothing to install") : tn(count, "Install {n} resource", "Install {n} resources");
}
