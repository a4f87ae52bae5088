import { memo } from "react";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { formatBytes, formatSpeed } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { barFraction, formatPercent } from "../format/percent.ts";
import { jobWords } from "../format/job-words.ts";
import { Bytes, BytesOf } from "../ui/bytes.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { BarTone } from "../ui/progress-bar.tsx";
import { t } from "../words/words.ts";
import { ImageChecksum } from "./image-checksum.tsx";
import type { ImageView } from "./image-view.ts";

/** The lower part of a card: how far it is while it comes, what it is when it is here. Always as high. */
export function ImageProgress({ image, view }: { image: ImageMessage; view: ImageView }) {
  switch (view.kind) {
    case "absent":
      return <Absent image={image} />;
    case "here":
      return <Here image={image} />;
    case "failed":
    case "damaged":
      return <Problem view={view} />;
    case "cancelled":
    case "paused":
    case "waiting":
    case "active":
    case "verifying":
      return <Coming image={image} view={view} />;
    default:
      throw view.kind satisfies never;
  }
}

function Absent({ image: { size_bytes: size } }: { image: ImageMessage }) {
  return (
    <p className="image__line dim">{size === null ? t("Size not known yet") : <Bytes bytes={size} />}</p>
  );
}

const Here = memo(function Here({ image }: { image: ImageMessage }) {
  const { status, size_bytes: size, build } = image;
  const { virtual_size_bytes: disk } = status;
  return (
    <>
      <p className="image__line">
        {size !== null && <Bytes bytes={size} />}
        {disk !== null && disk !== size && (
          <span className="dim">{t("a disk of {size}", { size: formatBytes(disk) })}</span>
        )}
      </p>
      <p className="image__line">
        <ImageChecksum status={status} />
        {build !== null && (
          <span className="dim truncate" title={build}>
            {t("build {build}", { build })}
          </span>
        )}
      </p>
    </>
  );
});

function Problem({ view: { problem } }: { view: ImageView }) {
  const words = problem ?? t("Nobody knows why.");
  return (
    <p className="image__problem" title={words} dir="auto">
      {words}
    </p>
  );
}

const TONES: Partial<Record<ImageView["kind"], BarTone>> = {
  active: "accent",
  verifying: "check",
};

function Coming({ image, view }: { image: ImageMessage; view: ImageView }) {
  const { kind, bytesDone, bytesTotal } = view;
  const runs = kind === "active" || kind === "verifying";
  return (
    <>
      <ProgressBar
        label={t("Download of {name}", { name: image.name })}
        fraction={barFraction(bytesDone, bytesTotal, false)}
        valueText={valueText(view)}
        tone={TONES[kind] ?? "rest"}
        moving={runs}
      />
      <p className="image__line">
        <span className="image__stage">{stage(view)}</span>
        <span className="image__bytes">
          {(bytesDone > 0 || bytesTotal !== null) && <BytesOf done={bytesDone} total={bytesTotal} />}
        </span>
      </p>
      <p className="image__line image__line_small dim">{motion(view)}</p>
    </>
  );
}

function stage({ kind, percent, job }: ImageView): string {
  if (kind === "verifying") return job === null ? t("Verifying…") : jobWords(job, 0).label;
  if (
    kind === "active" &&
    (job === null || (job.status === "RUNNING" && job.progress.stage === "downloading"))
  )
    return percent === null
      ? t("Downloading…")
      : t("Downloading… {percent}", { percent: formatPercent(percent) });
  return job === null ? t("Waiting") : jobWords(job, Date.now()).label;
}

/** Speed and time left, or why nothing moves. */
function motion({ bytesPerSecond, etaSeconds, job, kind }: ImageView): string {
  if (kind === "cancelled") return t("Downloading it again goes on with what may be left of it");
  const detail = job === null ? null : jobWords(job, 0).detail;
  if (bytesPerSecond <= 0) return detail ?? "";
  const speed = formatSpeed(bytesPerSecond);
  return etaSeconds === null
    ? speed
    : t("{speed} · {time} left", { speed, time: formatDuration(etaSeconds) });
}

function valueText(view: ImageView): string {
  return view.percent === null ? stage(view) : formatPercent(view.percent);
}
