import { ChevronRight, HardDrive, TriangleAlert } from "lucide-react";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { formatBytes } from "../format/bytes.ts";
import { t, tn } from "../words/words.ts";
import { chooseAll, sumPlace } from "./plan-choice.ts";
import type { Choices, PlaceSum } from "./plan-choice.ts";
import { Tick } from "./tick.tsx";

interface PlanPlaceProps {
  plan: PlanAnswer;
  place: PlaceChoice;
  /** Which of the plans are its: from this one, and before that one. */
  from: number;
  before: number;
  opened: boolean;
  onOpen: () => void;
  choices: Choices;
  onChoices: (choices: Choices) => void;
}

/** One place of several: what would be fetched there, what it has already, whether there is room; its files below it. */
export function PlanPlace(props: PlanPlaceProps) {
  const { plan, place, from, before, opened, onOpen, choices, onChoices } = props;
  const sum = sumPlace(plan, from, before, choices);
  const { label } = place;
  return (
    <div className="plan-place">
      <Tick
        label={t("All files for {name}", { name: label })}
        checked={sum.count > 0 && sum.count === sum.keys.length}
        isSome={sum.count > 0 && sum.count < sum.keys.length}
        disabled={sum.keys.length === 0}
        onChange={(wanted) => onChoices(chooseAll(sum.keys, wanted, choices))}
      />
      <button type="button" className="plan-place__name" aria-expanded={opened} onClick={onOpen}>
        <ChevronRight size={14} aria-hidden />
        <span className="truncate" title={label} dir="auto">
          {label}
        </span>
      </button>
      <span className="plan-place__facts">
        <span>{fetchWords(sum)}</span>
        {sum.there > 0 && (
          <span className="badge" data-tone="ok">
            {t("{n} there already", { n: sum.there })}
          </span>
        )}
        {sum.queued > 0 && <span className="badge">{t("{n} in the queue", { n: sum.queued })}</span>}
        {sum.troubles > 0 && (
          <span className="badge" data-tone="bad">
            {tn(sum.troubles, "{n} with trouble", "{n} with trouble")}
          </span>
        )}
        <Room plan={plan} place={place} bytes={sum.bytes} />
      </span>
    </div>
  );
}

function fetchWords({ count, bytes, unknown }: PlaceSum): string {
  if (count === 0) return t("Nothing to fetch");
  const files = tn(count, "{n} file", "{n} files");
  if (unknown === count) return t("{files} of unknown size", { files });
  const size = formatBytes(bytes);
  return unknown > 0 ? t("{files}, over {size}", { files, size }) : t("{files}, {size}", { files, size });
}

function Room({ plan, place, bytes }: { plan: PlanAnswer; place: PlaceChoice; bytes: number }) {
  if (place.host === null && !place.isHere) return null;
  const disks = plan.space.filter(({ host }) => host === place.host);
  const [only, another] = disks;
  if (only === undefined) return null;
  // Which disk a file goes to only the server knows: with one, what is chosen counts; with several, all of it.
  const wanted = another === undefined ? [{ ...only, needed_bytes: bytes }] : disks;
  const missing = wanted.reduce(
    (most, disk) => Math.max(most, disk.needed_bytes + disk.promised_bytes - disk.free_bytes),
    0,
  );
  const free = Math.min(...disks.map(({ free_bytes }) => free_bytes));
  const Icon = missing > 0 ? TriangleAlert : HardDrive;
  return (
    <span className="plan__space" data-tone={missing > 0 ? "warn" : undefined}>
      <Icon size={13} aria-hidden />
      {missing > 0
        ? t("{size} too little space", { size: formatBytes(missing) })
        : t("{size} free", { size: formatBytes(free) })}
    </span>
  );
}
