import { TextInput } from "@mantine/core";
import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { LimitMessage } from "../../../../src/wire/limits.ts";
import { useIsAway, useLimit } from "../../data/use-live.ts";
import { useNow } from "../../data/use-now.ts";
import { formatAgo } from "../../format/time.ts";
import { originSentence, presentSentence } from "../../limit/limit-words.ts";
import { useChangeOverallLimit } from "../../limit/use-change-limit.ts";
import { Button } from "../../ui/button.tsx";
import { FormProblem } from "../../ui/form-problem.tsx";
import { forgetDraft, keepDraft, keptDraft } from "../../ui/kept-drafts.ts";
import { t } from "../../words/words.ts";
import { Skeleton } from "../skeleton.tsx";
import { checkDraft, newWindow, toDraft } from "./schedule-draft.ts";
import type { ScheduleDraft, ScheduleProblems, WindowDraft } from "./schedule-draft.ts";
import { WindowRow } from "./window-row.tsx";
import "./limit-editor.css";

/** The limit for all, by day and hour if need be. */
export function LimitEditor() {
  const limit = useLimit();
  if (limit === null) return <Skeleton lines={2} />;
  // Changed elsewhere it begins anew: two people must not mix their limits.
  return <LimitForm key={limit.limit_rate} limit={limit} />;
}

function LimitForm({ limit }: { limit: LimitMessage }) {
  const { draft, problems, refusal, form, change, isChanged, edit, submit } = useSchedule(limit);
  const { windows, otherwise } = draft;
  const replace = (changed: WindowDraft): void =>
    edit({ windows: windows.map((one) => (one.key === changed.key ? changed : one)) });
  return (
    <form ref={form} className="limit-editor" noValidate onSubmit={submit}>
      <Present limit={limit} />
      {windows.map((window, index) => (
        <WindowRow
          key={window.key}
          number={index + 1}
          window={window}
          problem={problems.get(window.key) ?? null}
          onChange={replace}
          onRemove={() => edit({ windows: windows.filter(({ key }) => key !== window.key) })}
        />
      ))}
      <div className="limit-editor__rest">
        <TextInput
          label={windows.length === 0 ? t("At all times") : t("At all other times")}
          value={otherwise}
          error={problems.get("otherwise")}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
          description={t("A rate such as 5M or 1.5MiB/s; none is no limit, off lets downloads wait.")}
          onChange={(event) => edit({ otherwise: event.currentTarget.value })}
        />
        <Button
          variant="default"
          leftSection={<Plus size={15} aria-hidden />}
          onClick={() => edit({ windows: [...windows, newWindow(windows)] })}
        >
          {t("Add hours")}
        </Button>
      </div>
      <FormProblem message={refusal} />
      <Buttons
        limit={limit}
        change={change}
        isChanged={isChanged}
        onDiscard={() => edit(toDraft(limit.limit_rate))}
      />
    </form>
  );
}

interface ButtonsProps {
  limit: LimitMessage;
  change: ReturnType<typeof useChangeOverallLimit>;
  isChanged: boolean;
  onDiscard: () => void;
}

function Buttons({ limit, change: { mutate, isPending }, isChanged, onDiscard }: ButtonsProps) {
  const away = useIsAway();
  return (
    <div className="form__buttons">
      {limit.source === "person" && (
        <Button variant="subtle" disabled={away || isPending} onClick={() => mutate(null)}>
          {t("Back to the setting")}
        </Button>
      )}
      <Button variant="default" disabled={!isChanged || isPending} onClick={onDiscard}>
        {t("Discard")}
      </Button>
      <Button type="submit" loading={isPending} disabled={away || !isChanged}>
        {t("Save")}
      </Button>
    </div>
  );
}

const NO_PROBLEMS: ScheduleProblems = new Map();

/** What is in the form, what is wrong with it, and its saving. */
function useSchedule(limit: LimitMessage) {
  const keptAs = `limit ${limit.limit_rate}`;
  const [draft, setDraft] = useState(() => keptDraft<ScheduleDraft>(keptAs) ?? toDraft(limit.limit_rate));
  const [problems, setProblems] = useState(NO_PROBLEMS);
  const [refusal, setRefusal] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const change = useChangeOverallLimit({
    onDone: () => {},
    onRefused: (message) => {
      setRefusal(message);
      keepDraft(keptAs, draft);
    },
  });
  useEffect(() => {
    if (problems.size > 0) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }, [problems]);
  const checked = checkDraft(draft);
  const isChanged = checked.kind === "bad" || checked.text !== checkedText(limit);
  useEffect(() => {
    if (isChanged) keepDraft(keptAs, draft);
    else forgetDraft(keptAs);
  }, [isChanged, keptAs, draft]);
  const edit = (some: Partial<ScheduleDraft>): void => {
    setDraft({ ...draft, ...some });
    // What is being mended is not wrong any more until it is checked again.
    setProblems(NO_PROBLEMS);
    setRefusal(null);
  };
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    if (checked.kind === "bad") setProblems(checked.problems);
    else if (isChanged) {
      forgetDraft(keptAs);
      change.mutate(checked.text);
    }
  };
  return { draft, problems, refusal, form, change, isChanged, edit, submit };
}

/** What the limit is when it goes through the form unchanged. */
function checkedText({ limit_rate }: LimitMessage): string | null {
  const checked = checkDraft(toDraft(limit_rate));
  return checked.kind === "ok" ? checked.text : null;
}

function Present({ limit }: { limit: LimitMessage }) {
  const now = useNow("minute");
  const ago = limit.changed_at === null ? "" : formatAgo(limit.changed_at, now);
  return (
    <p className="limit-editor__present" aria-live="polite">
      <strong>{presentSentence(limit, now)}</strong>
      <span className="dim">{originSentence(limit, ago)}</span>
    </p>
  );
}
