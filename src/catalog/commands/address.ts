/** Addresses in commands. */
import { nameFromUrl } from "../../job/file-name.ts";
import type { Argument } from "./argument.ts";
import { holdsVariable, mark, showText } from "./argument.ts";

const SCHEME = /^[a-z][a-z0-9+.-]{1,19}:\/\//i;
const ENDPOINTS = [mark("HF_ENDPOINT"), mark("CIVITAI_ENDPOINT")];

export function isAddress({ text }: Pick<Argument, "text">): boolean {
  return SCHEME.test(text) || ENDPOINTS.some((endpoint) => text.startsWith(endpoint));
}

export function showAddress({ text }: Pick<Argument, "text">): string {
  return showText(text);
}

/** What a tool calls the file that it names after the address; the query belongs to it as wget has it. */
export function fileOf(argument: Argument, { withQuery }: { withQuery: boolean }): string | null {
  const { text, unknown } = argument;
  if (unknown !== null) return null;
  const [path = "", query] = text.split(/[#?]/, 2);
  // The part of the address that names the file has to be known.
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (last === "" || holdsVariable(last)) return null;
  const url = URL.parse(`http://x/${last}`);
  const name = url === null ? null : nameFromUrl(url.href);
  if (name === null || query === undefined || query === "" || !withQuery) return name;
  return holdsVariable(query) ? null : `${name}?${query}`;
}

/** What is wrong with an address from which a tool is to fetch a file; half sentences. */
export function remarksOn(argument: Argument): string[] {
  const { text } = argument;
  if (!isAddress(argument)) {
    if (argument.unknown !== null) return [];
    return [
      /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\//.test(text)
        ? `${quote(text)} has no https:// in front`
        : `${quote(text)} is no address`,
    ];
  }
  const page = PAGES.find(({ pattern }) => pattern.test(text));
  return page === undefined ? [] : [`${quote(text)} is ${page.is}`];
}

const PAGES: readonly { pattern: RegExp; is: string }[] = [
  {
    pattern: /^https?:\/\/(?:www\.)?huggingface\.co\/(?:[^/?#]+\/){2,3}blob\//i,
    is: "the page about a file; the file itself is at /resolve/ in place of /blob/",
  },
  {
    pattern: /^https?:\/\/(?:www\.)?huggingface\.co\/[^/?#]+\/[^/?#]+\/?(?:tree\/[^?#]*)?(?:[?#]|$)/i,
    is: "the page of a repository, no file",
  },
  {
    pattern: /^https?:\/\/(?:www\.)?civitai\.(?:com|green|red)\/models\//i,
    is: "the page of a model; a file is at /api/download/models/<version>, or use civitdl",
  },
  {
    pattern: /^https?:\/\/(?:www\.)?github\.com\/[^/?#]+\/[^/?#]+\/blob\//i,
    is: "the page about a file; the file itself is at /raw/ in place of /blob/",
  },
  {
    pattern: /^https?:\/\/drive\.google\.com\/(?:file|open|drive)/i,
    is: "a page of Google Drive, no file",
  },
];

const MAX_QUOTE = 120;

function quote(text: string): string {
  const shown = showText(text.split("?", 1)[0] ?? "");
  return shown.length > MAX_QUOTE ? `${shown.slice(0, MAX_QUOTE)}…` : shown;
}
