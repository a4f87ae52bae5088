import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { JobBar } from "../downloads/job-bar.tsx";
import { useNow } from "../data/use-now.ts";
import { formatSpeed } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { barFraction } from "../format/percent.ts";
import { jobWords } from "../format/job-words.ts";
import { formatAgo, formatTime } from "../format/time.ts";
import { Bytes, BytesOf } from "../ui/bytes.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { ModelState } from "./model-state.ts";
import { t } from "../words/words.ts";

/** The last two lines of a model: its facts, and its bar if something of it is here or coming. */
export function ModelProgress({ model, state }: { model: ModelMessage; state: ModelState }) {
  return (
    <>
      <div className="model__facts">
        <Facts model={model} state={state} />
      </div>
      <div className="model__bar">
        <Bar model={model} state={state} />
      </div>
    </>
  );
}

function Bar({ model, state }: { model: ModelMessage; state: ModelState }) {
  switch (state.kind) {
    case "asked":
      return <Bar model={model} state={state.before} />;
    case "absent":
    case "present":
    case "wrong":
      return null;
    case "partial":
      if (model.size === null || state.bytes === 0) return null;
      return (
        <ProgressBar
          label={t("Part of {name} that is here", { name: model.name })}
          fraction={barFraction(state.bytes, model.size, false)}
          valueText={t("{bytes} of {size} bytes", { bytes: state.bytes, size: model.size })}
          tone="rest"
          moving={false}
          thin
        />
      );
    case "waiting":
    case "paused":
    case "failed":
      return state.job.progress.bytes_done === 0 ? null : <JobBar job={state.job} thin />;
    case "active":
      return <JobBar job={state.job} thin />;
    default:
      throw state satisfies never;
  }
}

function Facts({ model, state }: { model: ModelMessage; state: ModelState }) {
  switch (state.kind) {
    case "active":
      return <Motion job={state.job} />;
    case "failed":
      return (
        <span
          className="model__failure truncate"
          title={`${state.job.error?.message ?? ""} ${state.job.error?.advice ?? ""}`}
        >
          {state.job.error?.message ?? t("Its host key has to be checked.")}
        </span>
      );
    case "paused":
      return <Paused job={state.job} />;
    case "wrong":
      return (
        <span className="model__failure truncate">
          {t("Its bytes are not those the catalogue names. It stays as it is until the right ones are here.")}
        </span>
      );
    case "asked":
    case "absent":
    case "partial":
    case "waiting":
    case "present":
      return <Whereabouts model={model} state={state} />;
    default:
      throw state satisfies never;
  }
}

function Motion({ job }: { job: JobMessage }) {
  const { progress } = job;
  const { detail } = jobWords(job, 0);
  return (
    <>
      <span className="row__bytes">
        <BytesOf done={progress.bytes_done} total={progress.bytes_total} />
      </span>
      {progress.bytes_per_second > 0 && (
        <span className="row__speed">{formatSpeed(progress.bytes_per_second)}</span>
      )}
      {progress.eta_seconds !== null && (
        <span>{t("{time} left", { time: formatDuration(progress.eta_seconds) })}</span>
      )}
      {detail !== null && <span className="dim truncate">{detail}</span>}
    </>
  );
}

function Paused({ job }: { job: JobMessage }) {
  const { detail } = jobWords(job, 0);
  return (
    <>
      <BytesOf done={job.progress.bytes_done} total={job.progress.bytes_total} />
      {detail !== null && <span className="dim truncate">{detail}</span>}
    </>
  );
}

function Whereabouts({ model, state }: { model: ModelMessage; state: ModelState }) {
  const bytes = state.kind === "present" ? state.bytes : model.size;
  return (
    <>
      <code className="truncate dim" title={model.destination}>
        {model.path}
      </code>
      {state.kind === "partial" && state.bytes > 0 ? (
        <BytesOf done={state.bytes} total={model.size} />
      ) : (
        bytes !== null && <Bytes bytes={bytes} />
      )}
      {state.kind === "present" && model.check !== null && <Checked at={model.check.at} />}
    </>
  );
}

/** When the file was read and found right. */
function Checked({ at }: { at: string }) {
  const now = useNow("minute");
  return (
    <span className="model__checked" title={formatTime(at)}>
      {t("verified {when}", { when: formatAgo(at, now) })}
    </span>
  );
}
