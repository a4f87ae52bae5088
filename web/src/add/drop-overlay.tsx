import { FileDown } from "lucide-react";
import { t } from "../words/words.ts";
import "./drop-overlay.css";

/** Over the whole page while something is dragged over it. */
export function DropOverlay({ isOver }: { isOver: boolean }) {
  if (!isOver) return null;
  return (
    <div className="drop-overlay" aria-hidden>
      <div className="drop-overlay__frame">
        <FileDown size={34} strokeWidth={1.6} />
        <strong>{t("Drop it to see what would come of it")}</strong>
        <span>{t("Links, lists, ComfyUI workflows and pictures made with them")}</span>
      </div>
    </div>
  );
}
