import { ArrowRight } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useElsewhere } from "../data/use-elsewhere.ts";
import { folderOf, shortPath, sourceHost } from "../format/source-host.ts";
import { usePlaceNameInside } from "../groups/place-inside.ts";
import { t } from "../words/words.ts";

/** From where to where: `huggingface.co → …/models/unet`, and on which machine, if not on this one. */
export function Whereabouts({ job }: { job: JobMessage }) {
  const nameInside = usePlaceNameInside();
  return nameInside === null ? <FromAddress job={job} /> : <OnPlace job={job} name={nameInside(job.place)} />;
}

function FromAddress({ job }: { job: JobMessage }) {
  const elsewhere = useElsewhere(job.place);
  const folder = folderOf(job);
  return (
    <span className="whereabouts">
      <span className="truncate whereabouts__from" title={job.source.text}>
        {sourceHost(job) ?? job.source.text}
      </span>
      {(folder !== null || elsewhere !== null) && <Arrow />}
      {elsewhere !== null && <PlaceName name={elsewhere} />}
      <Folder job={job} folder={folder} />
    </span>
  );
}

/** In an open group all come from the same addresses. */
function OnPlace({ job, name }: { job: JobMessage; name: string }) {
  const folder = folderOf(job);
  return (
    <span className="whereabouts">
      <PlaceName name={name} />
      {folder !== null && <Arrow />}
      <Folder job={job} folder={folder} />
    </span>
  );
}

function Arrow() {
  return <ArrowRight size={12} aria-label={t("to")} role="img" />;
}

function PlaceName({ name }: { name: string }) {
  return (
    <span className="truncate whereabouts__place" title={name} dir="auto">
      {name}
    </span>
  );
}

function Folder({ job, folder }: { job: JobMessage; folder: string | null }) {
  if (folder === null) return null;
  return (
    <span className="truncate whereabouts__folder" title={job.destination ?? folder}>
      {shortPath(folder)}
    </span>
  );
}
