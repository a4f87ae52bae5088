import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { ModelListMessage } from "../../../src/wire/models.ts";
import { rich } from "../words/rich.tsx";
import "../ui/bad-entries.css";
import { t, tn } from "../words/words.ts";

const AS_CODE = { code: (inside: ReactNode) => <code>{inside}</code> };

/** Entries that cannot be used, and why; the others stay usable. */
export function BadEntries({ bad, file }: Pick<ModelListMessage, "bad" | "file">) {
  if (bad.length === 0) return null;
  return (
    <section className="bad-entries" aria-label={t("Entries that cannot be used")}>
      <h2 className="bad-entries__title">
        <TriangleAlert size={15} aria-hidden />
        {tn(
          bad.length,
          "{n} entry of the catalogue cannot be used",
          "{n} entries of the catalogue cannot be used",
        )}
      </h2>
      <ul>
        {bad.map(({ set_id, model_id, reason }) => (
          <li key={JSON.stringify([set_id, model_id, reason])}>
            <code>{model_id === null ? set_id : `${set_id}/${model_id}`}</code> {reason}
          </li>
        ))}
      </ul>
      <p className="dim">
        {rich(
          "Mend them in <code>{file}</code>, then reload the catalogue. All other models can be used meanwhile.",
          AS_CODE,
          { file },
        )}
      </p>
    </section>
  );
}
