import { KeyRound, TriangleAlert } from "lucide-react";
import { formatBytes } from "../format/bytes.ts";
import { remedyOf } from "./remedy.ts";
import { RemedyButton } from "./remedy-button.tsx";
import { RowShell } from "./row-shell.tsx";
import type { RowProps } from "./row-shell.tsx";
import { Whereabouts } from "./whereabouts.tsx";
import { t } from "../words/words.ts";

/** A job that needs a person: what happened, why, what to do, one button. */
export function ProblemRow(props: RowProps) {
  const { job } = props;
  const blocked = job.status === "HOST_VERIFICATION_NEEDED";
  const kept = job.progress.bytes_done;
  const remedy = remedyOf(job);
  return (
    <RowShell
      {...props}
      icon={blocked ? <KeyRound size={17} /> : <TriangleAlert size={17} />}
      tone="bad"
      prominent={remedy.kind === "retry"}
      remedy={remedy.kind === "retry" ? undefined : <RemedyButton job={job} remedy={remedy} />}
    >
      <p className="row__problem">
        {blocked
          ? t("Its host key has to be checked by a person.")
          : (job.error?.message ?? t("It failed without saying why."))}
      </p>
      {job.error !== null && <p className="row__advice">{job.error.advice}</p>}
      <div className="row__facts">
        {kept > 0 && <span>{t("{bytes} kept", { bytes: formatBytes(kept) })}</span>}
        <span className="row__end row__end_start">
          <Whereabouts job={job} />
        </span>
      </div>
    </RowShell>
  );
}
