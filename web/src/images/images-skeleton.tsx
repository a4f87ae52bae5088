import { t } from "../words/words.ts";
import "../downloads/jobs-skeleton.css";

/** The page before its first data, in the very measures of what will be there. */
export function ImagesSkeleton() {
  return (
    <div role="status" aria-label={t("Loading images")}>
      <div className="filter-tabs" style={{ height: 36 }} />
      <div className="image-grid__heading">
        <span className="skeleton" style={{ width: 96 }} />
      </div>
      <div className="image-grid__line image-grid__line_skeleton">
        {Array.from({ length: 9 }, (_, index) => (
          <div key={index} className="image surface">
            <div className="image__head">
              <span className="skeleton" style={{ width: 40, height: 40 }} />
              <div className="image__names">
                <span className="skeleton" style={{ width: `${60 - (index % 3) * 9}%` }} />
                <span className="skeleton" style={{ width: "40%", marginTop: 10 }} />
              </div>
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
