import type { JobMessage } from "../../../src/wire/job-message.ts";
import { curlCommand, lacksSecrets, wgetCommand } from "../format/curl-command.ts";
import { formatBytes } from "../format/bytes.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { t } from "../words/words.ts";

/** What the job does, step by step, with a command that does the same by hand. */
export function JobSteps({ job }: { job: JobMessage }) {
  return (
    <section aria-labelledby="details-steps">
      <h3 id="details-steps" className="details__title">
        {job.steps.length === 1
          ? t("By hand")
          : t("Steps ({done} of {all} done)", {
              done: Math.min(job.step, job.steps.length),
              all: job.steps.length,
            })}
      </h3>
      <ol className="steps">
        {job.steps.map((step, index) => (
          // Steps never change their order, and two may be the same.
          // oxlint-disable-next-line react/no-array-index-key
          <Step key={index} step={step} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step }: { step: JobMessage["steps"][number] }) {
  const line = step.kind === "command" ? step.line : curlCommand(step);
  const secret = step.kind === "transfer" && lacksSecrets(step);
  const mirrors = step.kind === "transfer" ? step.mirrors : [];
  return (
    <li className="step">
      {step.kind === "command" && step.title !== null && <p>{step.title}</p>}
      <div className="step__command">
        <code>{line}</code>
        <CopyButton text={line} what={step.kind === "command" ? t("the command") : t("as curl command")} />
      </div>
      {step.kind === "transfer" && (
        <div className="step__command">
          <code>{wgetCommand(step)}</code>
          <CopyButton text={wgetCommand(step)} what={t("as wget command")} />
        </div>
      )}
      {step.kind === "command" && <Files step={step} />}
      {secret && <p className="dim">{t("Secrets are left out: put yours where *** stands.")}</p>}
      {mirrors.length > 0 && (
        <p className="dim">{t("Also from {addresses}", { addresses: mirrors.join(", ") })}</p>
      )}
    </li>
  );
}

/** The files a command should produce. */
function Files({ step }: { step: Extract<JobMessage["steps"][number], { kind: "command" }> }) {
  if (step.expects.length === 0) return null;
  return (
    <ul className="step__files">
      {step.expects.map(({ folder, name, size }) => (
        <li key={`${folder}/${name ?? ""}`}>
          <code>{`${folder}/${name ?? "…"}`}</code>
          {size !== null && <span className="dim">{formatBytes(size)}</span>}
        </li>
      ))}
    </ul>
  );
}
