import "../downloads/jobs-skeleton.css";
import { t } from "../words/words.ts";

/** The page before its first data, in the very measures of what will be there. */
export function ModelsSkeleton() {
  return (
    <div role="status" aria-label={t("Loading models")}>
      <div className="filter-tabs" style={{ height: 36 }} />
      {[3, 2].map((rows) => (
        <div key={rows} className="set surface">
          <div className="set__head">
            <span className="skeleton" style={{ width: 140 }} />
          </div>
          {Array.from({ length: rows }, (_, index) => (
            <div key={index} className="model">
              <div className="row__icon model__icon" />
              <div className="model__body">
                <span className="skeleton" style={{ width: `${30 - index * 4}%`, marginTop: 5 }} />
                <span className="skeleton" style={{ width: `${56 - index * 8}%`, marginTop: 14 }} />
              </div>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
