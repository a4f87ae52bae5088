import { t, tn } from "../words/words.ts";
import { useImageCatalogue } from "./use-images.ts";
import "../ui/places.css";

/** Where the files are, which catalogue it is, and how many builds stay. */
export function ImagePlaces() {
  const catalogue = useImageCatalogue();
  if (catalogue === undefined) return <span>&nbsp;</span>;
  const { images_dir: folder, file, keep_builds: keep } = catalogue;
  return (
    <span className="places">
      <span className="truncate" title={folder}>
        {t("Files in")} <code>{folder}</code>
      </span>
      <span className="truncate" title={file ?? ""}>
        {file === null ? (
          t("Built-in catalogue")
        ) : (
          <>
            {t("Catalogue")} <code>{file}</code>
          </>
        )}
      </span>
      {keep !== null && (
        <span title="HAULYARD_KEEP_IMAGES">
          {tn(keep, "The newest build of each is kept", "The {n} newest builds of each are kept")}
        </span>
      )}
    </span>
  );
}
