import { copyText } from "./copy-text.ts";
import { tell, tellProblem } from "./notify.ts";

/** Copies, and says so where the button that was pressed is gone already. */
export async function copyAndTell(text: string, what: string): Promise<void> {
  if (await copyText(text)) tell(`${what} copied`, "", "copied");
  else tellProblem("Copying did not work", "The browser does not let this page use the clipboard.", "copied");
}
