import { Download } from "lucide-react";
import { useMay } from "../access/may.tsx";
import { FileButton } from "../add/file-button.tsx";
import { useAddDownload } from "../add/use-add-download.tsx";
import { useIsAway } from "../data/use-live.ts";
import { t } from "../words/words.ts";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { PutAllOnPlaces } from "./put-on-places.tsx";
import type { SetSummary } from "./set-summary.ts";
import { sizeWords } from "./size-words.ts";
import { useDownloadMany } from "./use-model-actions.ts";
import { Button } from "../ui/button.tsx";

interface MissingModelsProps {
  summary: SetSummary;
  /** All that are shown, whether they are here or not: elsewhere they may be missing. */
  models: readonly ModelMessage[];
}

/** All sets at once: what is missing, and a press to fetch it; and what a workflow is still in need of. */
export function MissingModels({ summary, models }: MissingModelsProps) {
  const many = useDownloadMany();
  const { handFiles } = useAddDownload();
  const away = useIsAway();
  const may = useMay("POST /download");
  const { missing } = summary;
  if (!may) return null;
  return (
    <div className="missing">
      <FileButton label={t("Check a workflow")} onFiles={handFiles} />
      <PutAllOnPlaces models={models} />
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Download size={14} aria-hidden />}
        disabled={missing.length === 0 || away}
        loading={many.isPending}
        onClick={() => many.mutate(missing)}
      >
        {label(summary)}
      </Button>
    </div>
  );
}

function label({ missing, here, all }: SetSummary): string {
  if (missing.length === 0) return here === all ? t("All models are here") : t("Nothing else to download");
  let [bytes, unknown] = [0, 0];
  for (const { size } of missing) {
    if (size === null) unknown++;
    else bytes += size;
  }
  const size = sizeWords(bytes, unknown);
  const n = missing.length;
  return size === ""
    ? t("Download all missing ({n})", { n })
    : t("Download all missing ({n}, {size})", { n, size });
}
