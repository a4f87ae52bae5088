import { IconButton } from "../../ui/icon-button.tsx";
import { TextInput } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { dateFormat, t } from "../../words/words.ts";
import { WEEK } from "./schedule-draft.ts";
import type { WindowDraft } from "./schedule-draft.ts";

interface WindowRowProps {
  /** Of the window, from 1: the first that fits counts. */
  number: number;
  window: WindowDraft;
  problem: string | null;
  onChange: (window: WindowDraft) => void;
  onRemove: () => void;
}

const SHORT = dateFormat({ weekday: "short" });
const LONG = dateFormat({ weekday: "long" });
/** A Sunday. */
const SUNDAY = new Date(2026, 0, 4);

/** On these days, from then till then, this fast. */
export function WindowRow({ number, window, problem, onChange, onRemove }: WindowRowProps) {
  const { days, from, to, rate } = window;
  return (
    <fieldset className="limit-window">
      <legend className="visually-hidden">{t("Hours {number}", { number })}</legend>
      <Days days={days} onChange={(chosen) => onChange({ ...window, days: chosen })} />
      <div className="limit-window__rest">
        <TextInput
          type="time"
          label={t("From")}
          value={from}
          onChange={(event) => onChange({ ...window, from: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          label={t("To")}
          value={to}
          onChange={(event) => onChange({ ...window, to: event.currentTarget.value })}
        />
        <TextInput
          label={t("Rate")}
          className="limit-window__rate"
          value={rate}
          aria-invalid={problem !== null || undefined}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
          onChange={(event) => onChange({ ...window, rate: event.currentTarget.value })}
        />
        <IconButton
          danger
          size="large"
          className="limit-window__remove"
          label={t("Remove hours {number}", { number })}
          onClick={onRemove}
        >
          <Trash2 size={15} aria-hidden />
        </IconButton>
      </div>
      {problem !== null && (
        <p className="setting-problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

function Days({ days, onChange }: { days: readonly number[]; onChange: (days: readonly number[]) => void }) {
  const toggle = (day: number): void =>
    onChange(days.includes(day) ? days.filter((each) => each !== day) : [...days, day]);
  return (
    <div className="limit-window__days" role="group" aria-label={t("Days")}>
      {WEEK.map((day) => (
        <button
          key={day}
          type="button"
          className="limit-window__day"
          aria-pressed={days.includes(day)}
          aria-label={nameOf(day, LONG())}
          onClick={() => toggle(day)}
        >
          {nameOf(day, SHORT())}
        </button>
      ))}
    </div>
  );
}

function nameOf(day: number, format: Intl.DateTimeFormat): string {
  return format.format(new Date(SUNDAY.getFullYear(), SUNDAY.getMonth(), SUNDAY.getDate() + day));
}
