import { TriangleAlert } from "lucide-react";
import { t, tn } from "../words/words.ts";
import { useImageCatalogue } from "./use-images.ts";
import "../ui/bad-entries.css";

/** What is wrong with the catalogue and the folder; everything else can be used meanwhile. */
export function CatalogueTroubles() {
  const catalogue = useImageCatalogue();
  if (catalogue === undefined) return null;
  const { bad, error, troubles, file } = catalogue;
  // An entry may be wrong in several ways. Without an id, its place in the file tells it from others.
  const entries = new Set(bad.map(({ id, field }) => id ?? field));
  const count = entries.size + troubles.length + (error === null ? 0 : 1);
  if (count === 0) return null;
  return (
    <section className="bad-entries" aria-label={t("Troubles with the images")}>
      <h2 className="bad-entries__title">
        <TriangleAlert size={15} aria-hidden />
        {error !== null
          ? t("The catalogue cannot be used")
          : tn(count, "{n} entry or file cannot be used", "{n} entries or files cannot be used")}
      </h2>
      <ul dir="auto">
        {error !== null && <li>{error}</li>}
        {bad.map(({ id, field, reason }) => (
          <li key={JSON.stringify([id, field, reason])}>
            <code>{id ?? t("(no id)")}</code> {field} {reason}
          </li>
        ))}
        {troubles.map((trouble) => (
          <li key={trouble}>{trouble}</li>
        ))}
      </ul>
      <p className="dim">
        {t("All other images can be used meanwhile.")}
        {file !== null && (
          <>
            {" "}
            {t("The catalogue is read again when it changes:")} <code>{file}</code>
          </>
        )}
      </p>
    </section>
  );
}
