/** Where a file of the repository is in the manual. All pages lie in one folder, so that links need no base. */
import { basename, dirname, posix } from "node:path";
import { FIRST_PAGE } from "./chapters.ts";

/** `docs/cards.md` → `cards.html`, `decisions/003-x.md` → `decision-003-x.html`. */
export function addressOf(path: string): string {
  if (path === FIRST_PAGE) return "index.html";
  const name = basename(path, ".md").toLowerCase();
  const folder = dirname(path);
  if (folder === "." || folder === "docs") return `${name}.html`;
  if (name === "readme") return `${folder}.html`;
  return `${folder.replace(/s$/, "")}-${name}.html`;
}

export type Link =
  /** Of another site, or of the server that shows the manual. */
  | { kind: "away"; href: string }
  | { kind: "page"; href: string }
  | { kind: "picture"; path: string; href: string }
  /** A file of the repository that is no page: there is nothing to lead to. */
  | { kind: "none" };

/** @param from path of the page that has the link @param pages all there are */
export function resolveLink(href: string, from: string, pages: ReadonlySet<string>): Link {
  if (/^[a-z][a-z+.-]*:/i.test(href)) return { kind: "away", href };
  const [target = "", fragment] = href.split("#");
  const end = fragment === undefined ? "" : `#${fragment}`;
  if (target === "") return { kind: "page", href: end };
  const path = posix.join(posix.dirname(from), target);
  const page = path.endsWith("/") ? `${path}README.md` : path;
  if (pages.has(page)) return { kind: "page", href: `${addressOf(page)}${end}` };
  if (/\.(?:png|svg)$/.test(path)) return { kind: "picture", path, href: `pictures/${basename(path)}` };
  return { kind: "none" };
}
