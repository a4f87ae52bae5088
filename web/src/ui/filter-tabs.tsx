import { t, writeNumber } from "../words/words.ts";
import "./filter-tabs.css";

export interface FilterChoice<T extends string> {
  value: T;
  label: string;
  /** How many there are, where that is known. */
  count?: number;
  /** Whether more than none of them needs a person. */
  alarming?: boolean;
}

interface FilterTabsProps<T extends string> {
  choices: readonly FilterChoice<T>[];
  value: T;
  onChange: (value: T) => void;
}

/** All, or those in one kind of state, with how many there are. */
export function FilterTabs<T extends string>({ choices, value: chosen, onChange }: FilterTabsProps<T>) {
  return (
    <div className="filter-tabs" role="group" aria-label={t("Show")}>
      {choices.map(({ value, label, count = null, alarming = false }) => (
        <button
          key={value}
          type="button"
          className="filter-tab"
          aria-pressed={chosen === value}
          data-tone={alarming && count !== null && count > 0 ? "bad" : undefined}
          onClick={() => onChange(value)}
        >
          {label}
          {count !== null && <span className="filter-tab__count">{writeNumber(count)}</span>}
        </button>
      ))}
    </div>
  );
}
