import { hideNews, showNews } from "./corner.ts";
import "./tell-with-undo.css";
import { t } from "../words/words.ts";

interface UndoNews {
  id: string;
  title: string;
  message: string;
  /** How long it can be taken back. */
  ms: number;
  undo: () => void;
}

/** News of what can still be taken back. */
export function tellWithUndo({ id, title, message, ms, undo }: UndoNews): void {
  showNews({
    id,
    title,
    color: "sea",
    autoClose: ms,
    withBorder: true,
    radius: 10,
    closeButtonProps: { "aria-label": t("Close") },
    message: (
      <span className="news-undo">
        <span>{message}</span>
        <button type="button" className="news-undo__button" onClick={undo}>
          {t("Undo")}
        </button>
      </span>
    ),
  });
}

/** Takes news away whose time is over. */
export function forgetNews(id: string): void {
  hideNews(id);
}
