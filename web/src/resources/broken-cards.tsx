import { TriangleAlert } from "lucide-react";
import { t, tn } from "../words/words.ts";
import "../ui/bad-entries.css";

interface BrokenCardsProps {
  broken: readonly { filepath: string; line: number | null; reason: string }[];
}

/** Files that are no usable cards, and why; the others stay usable. */
export function BrokenCards({ broken }: BrokenCardsProps) {
  if (broken.length === 0) return null;
  return (
    <section className="bad-entries" aria-label={t("Cards that cannot be used")}>
      <h2 className="bad-entries__title">
        <TriangleAlert size={15} aria-hidden />
        {tn(broken.length, "{n} file is no usable card", "{n} files are no usable cards")}
      </h2>
      <ul>
        {broken.map(({ filepath, line, reason }) => (
          <li key={filepath}>
            <code>{line === null ? filepath : `${filepath}:${line}`}</code> {reason}
          </li>
        ))}
      </ul>
    </section>
  );
}
