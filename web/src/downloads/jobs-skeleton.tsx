import "./jobs-skeleton.css";
import { t } from "../words/words.ts";

/** The page before its first data, in the very measures of what will be there. */
export function JobsSkeleton() {
  return (
    <div role="status" aria-label={t("Loading downloads")}>
      <div className="totals surface" />
      <div className="filter-tabs" style={{ height: 36 }} />
      <div className="group-heading" />
      {[0, 1, 2].map((index) => (
        <div
          key={index}
          className="row skeleton-row"
          data-first={index === 0 || undefined}
          data-last={index === 2 || undefined}
        >
          <div className="row__icon" />
          <div>
            <span className="skeleton" style={{ width: `${38 - index * 7}%` }} />
            <span className="skeleton skeleton_bar" />
            <span className="skeleton" style={{ width: `${54 - index * 9}%` }} />
          </div>
        </div>
      ))}
    </div>
  );
}
