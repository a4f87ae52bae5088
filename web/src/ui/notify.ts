/** Short news in the corner. Good news leaves by itself soon, bad news stays long enough to be read. */
import { showNews } from "./corner.ts";
import { t } from "../words/words.ts";

const GOOD_NEWS_MS = 4_000;
const BAD_NEWS_MS = 12_000;

/** News of the same id replace each other. */
export function tell(title: string, message = "", id?: string): void {
  show({ title, message, color: "sea", autoClose: GOOD_NEWS_MS }, id);
}

export function tellProblem(title: string, message: string, id?: string): void {
  show({ title, message, color: "red", autoClose: BAD_NEWS_MS }, id);
}

function show(news: Parameters<typeof showNews>[0], id: string | undefined): void {
  const look = { withBorder: true, radius: 10, closeButtonProps: { "aria-label": t("Close") } };
  showNews({ ...news, ...look, ...(id === undefined ? {} : { id }) });
}
