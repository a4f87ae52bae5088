/** The page speaks its language before anything of it is loaded that speaks. */
import "./theme/mantine.ts";
import "./theme/tokens.css";
import "./theme/global.css";
import "./theme/touch.css";
import "./theme/forced-colors.css";
import "./app/shell.css";
import { languageOfThisBrowser } from "./words/languages.ts";
import { loadWords } from "./words/load-words.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id 'root'");

try {
  await loadWords(languageOfThisBrowser());
  const { startPage } = await import("./app/start-page.tsx");
  startPage(root);
} catch (fault) {
  // public/watch-start.js starts the page again: no element of the page says that an import failed.
  dispatchEvent(new Event("haulyard-failed-start"));
  throw fault;
}
