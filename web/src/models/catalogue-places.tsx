import type { ModelListMessage } from "../../../src/wire/models.ts";
import "../ui/places.css";
import { t } from "../words/words.ts";

/** Where the files go and where the entries are. */
export function CataloguePlaces({ list }: { list: ModelListMessage | null }) {
  if (list === null) return <span>&nbsp;</span>;
  return (
    <span className="places">
      <span className="truncate" title={list.models_dir}>
        {t("Files in")} <code>{list.models_dir}</code>
      </span>
      <span className="truncate" title={list.file}>
        {t("Catalogue")} <code>{list.file}</code>
      </span>
    </span>
  );
}
