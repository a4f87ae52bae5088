import "../downloads/jobs-skeleton.css";
import { t } from "../words/words.ts";

/** The list before its first data, in the measures of what will be there. */
export function FilesSkeleton() {
  return (
    <div className="set surface" role="status" aria-label={t("Loading files")}>
      {Array.from({ length: 4 }, (_, index) => (
        <div key={index} className="file">
          <div className="row__icon file__icon" />
          <div className="file__body">
            <span className="skeleton" style={{ width: `${34 - index * 4}%`, marginTop: 5 }} />
            <span className="skeleton" style={{ width: `${56 - index * 8}%`, marginTop: 14 }} />
          </div>
        </div>
      ))}
    </div>
  );
}
