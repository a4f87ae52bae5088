/** The options of a curl command → the downloads it asks for. Pure. */
import type { Item } from "../commands/read-options.ts";
import type { Option } from "./command-items.ts";
import { isOurs, optionsOf, withScheme } from "./command-items.ts";
import type { ListItem } from "./list-entry.ts";
import { entryAt } from "./list-entry.ts";

export function readCurl(items: readonly Item[], where: string): ListItem[] | string {
  const options = optionsOf(items);
  const refusal = options.map(refuseOption).find((each) => each !== null);
  if (refusal !== undefined) return refusal;
  const urls = items.flatMap((item) => {
    if (item.kind === "operand") return [item.argument.text];
    return item.meaning === "address" && item.value !== null ? [item.value.text] : [];
  });
  const outputs = options
    .filter(({ meaning }) => meaning === "file")
    .flatMap(({ value }) => value?.text ?? []);
  const headers = options.flatMap(headersOf).filter(isOurs);
  const dir = options.find(({ meaning }) => meaning === "folder")?.value?.text ?? null;
  return urls.map((url, index) => ({
    ...entryAt(where, [withScheme(url)]),
    headers,
    dir,
    out: outputs[index] ?? null,
  }));
}
/** Why a command with this option is not the fetching of a file. */
function refuseOption({ name, meaning, value }: Option): string | null {
  const text = value?.text ?? "";
  if (meaning === "nothing") return `${name} asks for headers, and downloads nothing`;
  if (SENDS.has(name)) return `${name} sends something to the server: only what is fetched can be downloaded`;
  switch (name) {
    case "-b":
    case "--cookie":
      return text.includes("=") ? null : `${name} names a file of cookies; give them as a header`;
    case "-X":
    case "--request":
      if (text.toUpperCase() === "GET") return null;
      return `${name} ${text.slice(0, 20)} is no GET: only what is fetched can be downloaded`;
    case "-H":
    case "--header":
      return text.startsWith("@") ? `${name} names a file of headers; write them out` : null;
    case "-U":
    case "--proxy-user":
    case "--pass":
      return `${name} is set for all downloads: see HTTPS_PROXY`;
    default:
      return meaning === "risky" ? `${name} is not taken over` : null;
  }
}

const SENDS = new Set(
  "-T --upload-file -F --form --form-string -d --data --data-ascii --data-binary --data-raw --data-urlencode --json".split(
    " ",
  ),
);

function headersOf({ name, value }: Option): string[] {
  const text = value?.text ?? "";
  switch (name) {
    case "-H":
    case "--header":
      return [text];
    case "-b":
    case "--cookie":
      return [`Cookie: ${text}`];
    case "-A":
    case "--user-agent":
      return [`User-Agent: ${text}`];
    case "-e":
    case "--referer":
      return [`Referer: ${text.replace(/;auto$/, "")}`];
    case "-u":
    case "--user":
      // RFC 7617 §2.
      return [`Authorization: Basic ${Buffer.from(text).toString("base64")}`];
    case "--oauth2-bearer":
      return [`Authorization: Bearer ${text}`];
    default:
      return [];
  }
}
