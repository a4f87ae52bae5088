import { TriangleAlert } from "lucide-react";
import type { ModelListMessage } from "../../../src/wire/models.ts";
import { counted } from "../format/counted.ts";
import "../ui/bad-entries.css";

/** Entries that cannot be used, and why; the others stay usable. */
export function BadEntries({ bad, file }: Pick<ModelListMessage, "bad" | "file">) {
  if (bad.length === 0) return null;
  return (
    <section className="bad-entries" aria-label="Entries that cannot be used">
      <h2 className="bad-entries__title">
        <TriangleAlert size={15} aria-hidden />
        {counted(bad.length, "entry", "entries")} of the catalogue cannot be used
      </h2>
      <ul>
        {bad.map(({ set_id, model_id, reason }) => (
          <li key={JSON.stringify([set_id, model_id, reason])}>
            <code>{model_id === null ? set_id : `${set_id}/${model_id}`}</code> {reason}
          </li>
        ))}
      </ul>
      <p className="dim">
        Mend them in <code>{file}</code>, then reload the catalogue. All other models can be used meanwhile.
      </p>
    </section>
  );
}
