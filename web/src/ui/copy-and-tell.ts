import { copyText } from "./copy-text.ts";
import { tell, tellProblem } from "./notify.ts";
import { t } from "../words/words.ts";

/** Copies, and says so where the button that was pressed is gone already. */
export async function copyAndTell(text: string, what: string): Promise<void> {
  if (await copyText(text)) {
    tell(t("{what} copied", { what }), "", "copied");
  } else {
    const [title, message] = noClipboard();
    tellProblem(title, message, "copied");
  }
}

/** Why copying does not work, as `tellProblem` wants it. */
export function noClipboard(): [title: string, message: string] {
  return [t("Copying did not work"), t("The browser does not let this page use the clipboard.")];
}
