import { useId } from "react";
import { Tick } from "../add/tick.tsx";
import { t, tn } from "../words/words.ts";
import type { PlaceChoice } from "./use-place-choices.ts";
import "./places-picker.css";

interface PlacesPickerProps {
  choices: readonly PlaceChoice[];
  /** `to` of those that are ticked. */
  picked: readonly string[];
  onPick: (picked: string[]) => void;
  error?: string | undefined;
}

/** Several places at once: each with its box, and one for all. */
export function PlacesPicker({ choices, picked, onPick, error }: PlacesPickerProps) {
  const errorId = useId();
  const chosen = new Set(picked);
  const all = choices.every(({ to }) => chosen.has(to));
  const pick = (to: string, wanted: boolean): void =>
    // In the order in which they are shown.
    onPick(choices.flatMap((each) => ((each.to === to ? wanted : chosen.has(each.to)) ? [each.to] : [])));
  return (
    <fieldset className="places" aria-describedby={error === undefined ? undefined : errorId}>
      <legend>{t("Places")}</legend>
      <label className="places__all">
        <Tick
          label={t("All places")}
          checked={all}
          isSome={!all && picked.length > 0}
          onChange={(wanted) => onPick(wanted ? choices.map(({ to }) => to) : [])}
        />
        <span>{t("All places")}</span>
        <span className="dim">{tn(picked.length, "{n} chosen", "{n} chosen")}</span>
      </label>
      <ul className="places__list">
        {choices.map(({ to, label, note }) => (
          <li key={to}>
            <label className="places__one">
              <Tick label={label} checked={chosen.has(to)} onChange={(wanted) => pick(to, wanted)} />
              <span className="truncate" title={label} dir="auto">
                {label}
              </span>
              {note !== null && <span className="places__note truncate">{note}</span>}
            </label>
          </li>
        ))}
      </ul>
      {error !== undefined && (
        <p id={errorId} className="places__error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
