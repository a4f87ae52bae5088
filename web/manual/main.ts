/** What the pages of the manual do: search, light and dark, copying of commands. They read well without it. */
import "../src/theme/tokens.css";
import "./manual.css";
import { offerCopies } from "./offer-copies.ts";
import { offerSearch } from "./offer-search.ts";
import { switchScheme } from "./switch-scheme.ts";

switchScheme();
offerCopies();
offerSearch();

const contents = document.querySelector<HTMLDetailsElement>("#contents");
const wide = matchMedia("(min-width: 861px)");
const openWhereItFits = (): void => {
  if (contents !== null) contents.open = wide.matches;
};
wide.addEventListener("change", openWhereItFits);
openWhereItFits();
document.querySelector('nav.contents [aria-current="page"]')?.scrollIntoView({ block: "nearest" });
