import type { JobMessage } from "../../../src/wire/job-message.ts";
import { curlCommand, lacksSecrets } from "../format/curl-command.ts";
import { CopyButton } from "../ui/copy-button.tsx";

/** What the job does, step by step, with a command that does the same by hand. */
export function JobSteps({ job }: { job: JobMessage }) {
  return (
    <section aria-labelledby="details-steps">
      <h3 id="details-steps" className="details__title">
        {job.steps.length === 1
          ? "By hand"
          : `Steps (${Math.min(job.step, job.steps.length)} of ${job.steps.length} done)`}
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
        <CopyButton text={line} what={step.kind === "command" ? "the command" : "as curl command"} />
      </div>
      {secret && <p className="dim">Secrets are left out: put yours where *** stands.</p>}
      {mirrors.length > 0 && <p className="dim">Also from {mirrors.join(", ")}</p>}
    </li>
  );
}
