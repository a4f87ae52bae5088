import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useState } from "react";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { t } from "../words/words.ts";
import { PlanPlace } from "./plan-place.tsx";
import { PlanRowView } from "./plan-row.tsx";
import { isChosen } from "./plan-choice.ts";
import type { Choices } from "./plan-choice.ts";
import type { PlanRow } from "./plan-rows.ts";

/** Lists up to this long are drawn whole: the browser's own search finds everything in them. */
const WHOLE_LIST_ROWS = 60;
/** Height before a line was measured, in pixels. */
const ESTIMATE = 46;
/** Lines drawn above and below what is seen. */
const OVERSCAN = 8;

/** What the line of a place wants, where there are several. */
export interface PlacesShown {
  plan: PlanAnswer;
  all: readonly PlaceChoice[];
  isOpen: (place: number) => boolean;
  onOpen: (place: number) => void;
}

interface PlanListProps {
  rows: readonly PlanRow[];
  places: PlacesShown | null;
  choices: Choices;
  onChoices: (choices: Choices) => void;
}

/** The lines of a plan, in a box that scrolls. */
export function PlanList({ rows, places, choices, onChoices }: PlanListProps) {
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const choose = (key: string, wanted: boolean): void => onChoices(new Map(choices).set(key, wanted));
  const isLong = rows.length > WHOLE_LIST_ROWS;
  return (
    // What scrolls has to be reachable by keyboard, also where there is nothing in it to tick (WCAG 2.1.1).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={setBox} className="plan__list" role="group" aria-label={t("Files")} tabIndex={0}>
      {rows.length === 0 && <p className="plan__none dim">{t("Nothing of it matches the search.")}</p>}
      {isLong && box !== null ? (
        <SeenRows box={box} rows={rows} {...{ places, choices, onChoices }} onChoose={choose} />
      ) : (
        !isLong &&
        rows.map((row) => (
          <Row key={row.key} row={row} {...{ places, choices, onChoices }} onChoose={choose} />
        ))
      )}
    </div>
  );
}

interface RowsProps extends Pick<PlanListProps, "places" | "choices" | "onChoices"> {
  onChoose: (key: string, wanted: boolean) => void;
}

function SeenRows({ box, rows, ...rest }: RowsProps & { box: HTMLDivElement; rows: readonly PlanRow[] }) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box,
    estimateSize: () => ESTIMATE,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: OVERSCAN,
  });
  return (
    <div className="plan__all" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className="plan__place"
            style={{ transform: `translateY(${start}px)` }}
          >
            <Row row={row} {...rest} />
          </div>
        );
      })}
    </div>
  );
}

const Row = memo(function Row({ row, places, choices, onChoose, onChoices }: RowsProps & { row: PlanRow }) {
  if (row.kind === "place") {
    const place = places?.all[row.place];
    if (places === null || place === undefined) return null;
    return (
      <PlanPlace
        plan={places.plan}
        place={place}
        from={row.from}
        before={row.before}
        opened={places.isOpen(row.place)}
        onOpen={() => places.onOpen(row.place)}
        choices={choices}
        onChoices={onChoices}
      />
    );
  }
  const chosen = row.kind === "job" && isChosen(row.plan, row.job, choices);
  return <PlanRowView row={row} chosen={chosen} onChoose={onChoose} />;
});
