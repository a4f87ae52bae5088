import type { ModelListMessage } from "../../../src/wire/models.ts";
import "../ui/places.css";

/** Where the files go and where the entries are. */
export function CataloguePlaces({ list }: { list: ModelListMessage | null }) {
  if (list === null) return <span>&nbsp;</span>;
  return (
    <span className="places">
      <span className="truncate" title={list.models_dir}>
        Files in <code>{list.models_dir}</code>
      </span>
      <span className="truncate" title={list.file}>
        Catalogue <code>{list.file}</code>
      </span>
    </span>
  );
}
