import { ArrowRight } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { folderOf, shortPath, sourceHost } from "../format/source-host.ts";
import { t } from "../words/words.ts";

/** From where to where: `huggingface.co → …/models/unet`. */
export function Whereabouts({ job }: { job: JobMessage }) {
  const host = sourceHost(job);
  const folder = folderOf(job);
  return (
    <span className="whereabouts">
      <span className="truncate" title={job.source.text}>
        {host ?? job.source.text}
      </span>
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
