import { Loader } from "@mantine/core";
import { useDeferredValue, useMemo, useState } from "react";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import { describeError } from "../data/describe-error.ts";
import { wordsOf } from "../data/group-jobs.ts";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { t } from "../words/words.ts";
import { PlanHead } from "./plan-head.tsx";
import { PlanList } from "./plan-list.tsx";
import type { Choices } from "./plan-choice.ts";
import { rowMatches, toPlaceRows, toPlanRows } from "./plan-rows.ts";
import type { PlanView as PlanState } from "./use-plan.ts";

interface PlanViewProps {
  view: PlanState;
  /** Several places, each with as many plans as there are sources; null: one place. */
  places: readonly PlaceChoice[] | null;
  /** Machines of one site fetch each file once. */
  isShared: boolean;
  choices: Choices;
  onChoices: (choices: Choices) => void;
}

/** What would come of it: before the first answer what can be asked, then files, sizes and what is in the way. */
export function PlanView({ view, places, isShared, choices, onChoices }: PlanViewProps) {
  const { plan, isCurrent, isLooking, error } = view;
  return (
    <section
      className="plan"
      aria-label={t("What would come of it")}
      aria-busy={isLooking}
      data-old={(plan !== null && !isCurrent) || undefined}
    >
      {plan === null || error !== null ? (
        <Waiting isLooking={isLooking} error={error} isPlaceless={places?.length === 0} />
      ) : (
        <Answer {...{ plan, places, isShared, isLooking, choices, onChoices }} />
      )}
    </section>
  );
}

interface WaitingProps extends Pick<PlanState, "isLooking" | "error"> {
  /** It is for several places, and none of them is chosen yet. */
  isPlaceless: boolean;
}

function Waiting({ isLooking, error, isPlaceless }: WaitingProps) {
  if (error !== null) {
    return (
      <p className="plan__failed" role="alert">
        {describeError(error).message}
      </p>
    );
  }
  if (isLooking) {
    return (
      <p className="plan__hint" role="status">
        <Loader size={15} aria-hidden /> {t("Looking what would come of it…")}
      </p>
    );
  }
  if (isPlaceless)
    return <p className="plan__hint">{t("Choose the places, and see what would come of it.")}</p>;
  return (
    <ul className="plan__kinds">
      <li>
        <code>https://…</code> {t("a file; more of them on more lines")}
      </li>
      <li>
        <code>hf://org/repo</code> {t("a repo of Hugging Face, a folder or a file of it")}
      </li>
      <li>
        <code>civitai://…</code> {t("a model of Civitai, or the address of its page")}
      </li>
      <li>
        <code>curl …</code> {t("as browsers copy it; aria2’s input files as well")}
      </li>
      <li>
        <code>debian-13</code> {t("ids of images and models, paths of resource cards")}
      </li>
      <li>
        <code>{"{…}"}</code> {t("a ComfyUI workflow, pasted or dropped, or a picture made with it")}
      </li>
    </ul>
  );
}

interface AnswerProps extends Omit<PlanViewProps, "view"> {
  plan: PlanAnswer;
  isLooking: boolean;
}

function Answer({ plan, places, isShared, isLooking, choices, onChoices }: AnswerProps) {
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const words = useDeferredValue(search);
  // While places come and go, the plan is of those before.
  const isMany = places !== null && places.length > 0 && plan.plans.length % places.length === 0;
  const isOpen = (place: number): boolean => search !== "" || opened.has(place);
  const rows = useMemo(
    () =>
      isMany
        ? toPlaceRows(plan, places.length, (place) => words !== "" || opened.has(place))
        : toPlanRows(plan),
    [plan, places, isMany, opened, words],
  );
  const shown = useMemo(() => {
    const all = wordsOf(words);
    return all.length === 0 ? rows : rows.filter((row) => rowMatches(row, all));
  }, [rows, words]);
  const toggle = (place: number): void =>
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(place)) after.add(place);
      return after;
    });
  return (
    <>
      <PlanHead
        plan={plan}
        isMany={isMany}
        shared={isMany && isShared ? places : null}
        rows={isMany ? toPlanRows(plan) : rows}
        shown={shown}
        isLooking={isLooking}
        search={search}
        onSearch={setSearch}
        choices={choices}
        onChoices={onChoices}
      />
      <PlanList
        rows={shown}
        places={isMany ? { plan, all: places, isOpen, onOpen: toggle } : null}
        choices={choices}
        onChoices={onChoices}
      />
    </>
  );
}
