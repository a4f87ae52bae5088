import { t } from "../words/words.ts";
import "../downloads/jobs-skeleton.css";

const CARDS = [64, 48, 72, 56, 40, 60];

/** The grid before its first data, in the very measures of what will be there. */
export function ResourcesSkeleton() {
  return (
    <div className="cards" role="status" aria-label={t("Loading cards")}>
      {CARDS.map((width) => (
        <div key={width} className="card surface">
          <div className="card__art" />
          <div className="card__body">
            <span className="skeleton" style={{ width: `${width}%`, marginTop: 5 }} />
            <span className="skeleton" style={{ width: "36%", marginTop: 14 }} />
          </div>
        </div>
      ))}
    </div>
  );
}
