import { t } from "../words/words.ts";
import "../downloads/jobs-skeleton.css";

/** The page before its first data, in the very measures of what will be there. */
export function InstancesSkeleton() {
  return (
    <div className="instances" role="status" aria-label={t("Loading instances")}>
      {[0, 1].map((row) => (
        <div key={row} className="instance surface">
          <div className="instance__head">
            <div className="row__icon" />
            <div className="instance__name">
              <span className="skeleton" style={{ width: 160 - row * 40 }} />
              <span className="skeleton" style={{ width: 240 - row * 30, marginTop: 12 }} />
            </div>
          </div>
          <div className="instance__facts" />
        </div>
      ))}
    </div>
  );
}
