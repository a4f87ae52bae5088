import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { May } from "../access/may.tsx";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useIsAway } from "../data/use-live.ts";
import { formatSpeed } from "../format/bytes.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useDraft } from "../ui/use-draft.ts";
import { checkOne } from "./limit-draft.ts";
import { rateWord } from "./limit-words.ts";
import { useChangeJobLimit } from "./use-change-limit.ts";
import { t } from "../words/words.ts";
import "./limit.css";

/** The limit of one job, with its present speed beside it, to be changed where it stands. */
export function JobLimit({ job }: { job: JobMessage }) {
  const [changing, setChanging] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const away = useIsAway();
  const stop = (): void => {
    setChanging(false);
    // The field that had the focus is gone.
    setTimeout(() => opener.current?.focus());
  };
  if (changing) return <JobLimitForm job={job} onDone={stop} />;
  return (
    <span className="job-limit">
      <span>
        {job.limit_rate === null ? t("None") : rateWord(job.limit_rate)}
        {job.status === "RUNNING" && job.progress.stage === "downloading" && (
          <span className="dim">{`, ${t("{speed} at present", { speed: formatSpeed(job.progress.bytes_per_second) })}`}</span>
        )}
      </span>
      <May to="PATCH /jobs/:id">
        <Button
          ref={opener}
          variant="default"
          size="compact-sm"
          disabled={away}
          aria-label={t("Change the limit of {name}", { name: job.name })}
          onClick={() => setChanging(true)}
        >
          {t("Change")}
        </Button>
      </May>
    </span>
  );
}

function JobLimitForm({ job, onDone }: { job: JobMessage; onDone: () => void }) {
  const { form, field, problem, submit, refuse } = useDraft({
    initial: () => ({ limit: job.limit_rate === null ? "" : rateWord(job.limit_rate) }),
    check: checkOne,
    onSubmit: (draft) => change.mutate(draft.limit),
  });
  const change = useChangeJobLimit(job, { onDone, onRefused: refuse });
  return (
    <form ref={form} className="job-limit-form" noValidate onSubmit={submit}>
      <TextInput
        {...field("limit")}
        aria-label={t("Limit of {name}", { name: job.name })}
        placeholder={t("none; 500k, 5M, 1.5MiB/s")}
        size="xs"
        spellCheck={false}
        autoCapitalize="none"
        autoFocus
        // Escape gives up the change, and does not close the drawer.
        data-mantine-stop-propagation
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
        }}
      />
      <FormProblem message={problem} />
      <div className="job-limit-form__buttons">
        <Button type="submit" size="compact-sm" loading={change.isPending}>
          {t("Save")}
        </Button>
        <Button variant="default" size="compact-sm" onClick={onDone}>
          {t("Cancel")}
        </Button>
      </div>
    </form>
  );
}
