import { Loader, TextInput } from "@mantine/core";
import { HardDrive, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { formatBytes } from "../format/bytes.ts";
import { t, tn } from "../words/words.ts";
import { chooseAll, isChoosable, isChosen, sumChosen } from "./plan-choice.ts";
import type { ChosenSum, Choices } from "./plan-choice.ts";
import { sumOrigin } from "./plan-sharing.ts";
import type { OriginSum } from "./plan-sharing.ts";
import { toPlanRows } from "./plan-rows.ts";
import type { PlanRow } from "./plan-rows.ts";
import { Tick } from "./tick.tsx";

/** From so many lines on it is worth searching them. */
const SEARCHED_ROWS = 12;

interface PlanHeadProps {
  plan: PlanAnswer;
  /** Several places: each says itself whether there is room. */
  isMany: boolean;
  /** Those, where machines of one site fetch each file once; null: each fetches for itself. */
  shared: readonly PlaceChoice[] | null;
  rows: readonly PlanRow[];
  /** Those that are looked for. */
  shown: readonly PlanRow[];
  isLooking: boolean;
  search: string;
  onSearch: (search: string) => void;
  choices: Choices;
  onChoices: (choices: Choices) => void;
}

/** How many, how large, whether there is room; and all of them ticked or unticked at once. */
export function PlanHead(props: PlanHeadProps) {
  const { plan, isMany, shared, rows, shown, isLooking, search, onSearch, choices, onChoices } = props;
  const sum = useMemo(() => sumChosen(plan, choices), [plan, choices]);
  const state = useMemo(() => {
    // Of places that are closed the files are not shown, and meant all the same.
    const all = isMany && search === "" ? toPlanRows(plan) : shown;
    const jobs = all.flatMap((row) => (row.kind === "job" && isChoosable(row.job) ? [row] : []));
    const on = jobs.filter(({ plan: at, job }) => isChosen(at, job, choices)).length;
    return { keys: jobs.map(({ choice }) => choice), on };
  }, [shown, choices, isMany, plan, search]);
  const left = plan.plans.reduce((count, { skipped }) => count + skipped.length, 0);
  const isSome = state.on > 0 && state.on < state.keys.length;
  return (
    <div className="plan__head">
      {sum.choosable > 1 && (
        <Tick
          label={search === "" ? t("All files") : t("All files that are found")}
          checked={state.on > 0 && !isSome}
          isSome={isSome}
          disabled={state.keys.length === 0}
          onChange={(wanted) => onChoices(chooseAll(state.keys, wanted, choices))}
        />
      )}
      <div className="plan__sums" role="status">
        <strong>{countWords(sum, plan)}</strong>
        {!isMany && <Space plan={plan} sum={sum} />}
        {shared !== null && sum.count > 0 && (
          <span className="plan__origin">{originWords(sumOrigin(plan, shared, choices))}</span>
        )}
        {left > 0 && <span className="plan__left">{t("{n} left out", { n: left })}</span>}
      </div>
      {isLooking && <Loader size={14} aria-hidden />}
      {rows.length >= SEARCHED_ROWS && (
        <TextInput
          className="plan__search"
          size="xs"
          type="search"
          aria-label={t("Search the files")}
          placeholder={t("Search the files")}
          value={search}
          onChange={({ currentTarget: { value } }) => onSearch(value)}
          onKeyDown={(event) => {
            // It must not send the form.
            if (event.key === "Enter") event.preventDefault();
          }}
        />
      )}
    </div>
  );
}

function countWords({ count, bytes, unknown, choosable }: ChosenSum, { plans }: PlanAnswer): string {
  if (choosable === 0) {
    const isHere = plans.some(({ jobs }) => jobs.some(({ state }) => state === "there"));
    const isQueued = plans.some(({ jobs }) => jobs.some(({ state }) => state === "queued"));
    if (isQueued) return t("All of it is in the queue already");
    return isHere ? t("All of it is here already") : t("Nothing of it can be downloaded");
  }
  if (count === 0) return t("Nothing is chosen");
  const files = tn(count, "{n} file", "{n} files");
  if (unknown === count) return t("{files} of unknown size", { files });
  const size = formatBytes(bytes);
  return unknown > 0 ? t("{files}, over {size}", { files, size }) : t("{files}, {size}", { files, size });
}

function originWords({ files, bytes, allFiles, allBytes, unknown }: OriginSum): string {
  if (unknown > 0)
    return tn(
      files,
      "{n} file from the origin instead of {all}",
      "{n} files from the origin instead of {all}",
      {
        all: allFiles,
      },
    );
  return t("{size} from the origin instead of {all}", {
    size: formatBytes(bytes),
    all: formatBytes(allBytes),
  });
}

function Space({ plan, sum }: { plan: PlanAnswer; sum: ChosenSum }) {
  const [only, another] = plan.space;
  if (only === undefined) return null;
  // Which disk a file goes to only the server knows: with one, what is chosen counts; with several, all of it.
  const chosen = only.host === null ? sum.bytesHere : sum.bytes - sum.bytesHere;
  const disks = another === undefined ? [{ ...only, needed_bytes: chosen }] : plan.space;
  return disks.map(({ folder, host, free_bytes: free, promised_bytes: promised, needed_bytes: needed }) => {
    const missing = needed + promised - free;
    const Icon = missing > 0 ? TriangleAlert : HardDrive;
    return (
      <span
        key={`${host ?? ""} ${folder}`}
        className="plan__space"
        data-tone={missing > 0 ? "warn" : undefined}
        title={folder}
      >
        <Icon size={13} aria-hidden />
        {missing > 0
          ? t("{size} too little space: it waits for room", { size: formatBytes(missing) })
          : freeWords(free, promised)}
      </span>
    );
  });
}

function freeWords(free: number, promised: number): string {
  const size = formatBytes(free);
  if (promised === 0) return t("{size} free", { size });
  return t("{size} free, {queue} of it for the queue", { size, queue: formatBytes(promised) });
}
