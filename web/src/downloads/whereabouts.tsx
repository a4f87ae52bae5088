import { ArrowRight } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { folderOf, shortPath, sourceHost } from "../format/source-host.ts";
import { usePlaceNameInside } from "../groups/place-inside.ts";
import { t } from "../words/words.ts";

/** From where to where: `huggingface.co → …/models/unet`. */
export function Whereabouts({ job }: { job: JobMessage }) {
  const host = sourceHost(job);
  const folder = folderOf(job);
  const placeName = usePlaceNameInside()?.(job.place) ?? null;
  return (
    <span className="whereabouts">
      {placeName === null ? (
        <span className="truncate" title={job.source.text}>
          {host ?? job.source.text}
        </span>
      ) : (
        <span className="truncate whereabouts__place" title={placeName} dir="auto">
          {placeName}
        </span>
      )}
      {folder !== null && (
        <>
          <ArrowRight size={12} aria-label={t("to")} role="img" />
          <span className="truncate" title={job.destination ?? folder}>
            {shortPath(folder)}
          </span>
        </>
      )}
    </span>
  );
}
