/** The names a document has: the links of a folder's page, or the files of a checksum list. Pure. */
import { parseChecksumList } from "../../job/checksum/parse-checksum-list.ts";

/** The largest folders (CentOS Stream's) have some thousand. */
const MAX_NAMES = 50_000;
/** A longer one is no name of a file. */
const MAX_HREF_LENGTH = 1024;

/** @param url where the document came from: links of a page are its own folder's, or do not count */
export function namesOfDocument(text: string, isPage: boolean, url: string): Set<string> {
  if (!isPage && !/^\s*</.test(text)) return new Set(parseChecksumList(text).hashes.map(({ name }) => name));
  const folder = new URL(".", url).href;
  const names = new Set<string>();
  for (const [, quoted, plain] of text.matchAll(/\bhref\s{0,4}=\s{0,4}(?:"([^"<>]*)"|'?([^\s"'<>]+))/gi)) {
    if (names.size >= MAX_NAMES) break;
    const name = nameBelow(folder, (quoted ?? plain ?? "").replaceAll("&amp;", "&"));
    if (name !== null) names.add(name);
  }
  return names;
}

/** `x.img`, or `2026/` for a folder; null for what lies elsewhere. */
function nameBelow(folder: string, href: string): string | null {
  if (href === "" || href.length > MAX_HREF_LENGTH || !URL.canParse(href, folder)) return null;
  const url = new URL(href, folder);
  if (url.search !== "" || !url.href.startsWith(folder)) return null;
  const name = url.href.slice(folder.length).replace(/#.*$/s, "");
  if (!/^[^/]+\/?$/.test(name)) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
