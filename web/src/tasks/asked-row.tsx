import "../ui/badge.css";
import { TagSign } from "../ui/tag-sign.tsx";
import { t } from "../words/words.ts";

/** A task that was just asked for: it looks as its job will, and there is nothing yet to be asked of it. */
export function AskedRow({ name }: { name: string }) {
  return (
    <li className="task" data-status="PENDING">
      <div className="task__head">
        <span className="task__name truncate" title={name} dir="auto">
          {name}
        </span>
        <span className="badge task__tag" data-tone="plain">
          <TagSign sign="⏳" /> {t("Queued")}
        </span>
        <span className="task__actions" />
      </div>
    </li>
  );
}
