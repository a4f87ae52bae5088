/** The options of a wget command → the downloads it asks for. Pure. */
import type { Item } from "../commands/read-options.ts";
import type { Option } from "./command-items.ts";
import { basicLogin, headersOf, isOurs, lastOf, optionsOf, withScheme } from "./command-items.ts";
import type { ListItem } from "./list-entry.ts";
import { entryAt } from "./list-entry.ts";

/** They are about what wget prints and where it runs: nothing of the file. */
const HARMLESS = new Set("-o --output-file -a --append-output -b --background".split(" "));
const SENDS = new Set("--post-file --body-file --post-data --body-data".split(" "));

export function readWget(items: readonly Item[], where: string): ListItem[] | string {
  const options = optionsOf(items);
  const refusal = options.map(refuseOption).find((each) => each !== null);
  if (refusal !== undefined) return refusal;
  const urls = items.flatMap((item) => (item.kind === "operand" ? [item.argument.text] : []));
  const output = lastOf(items, "-O", "--output-document");
  if (output !== null && urls.length > 1)
    return "-O puts all addresses into one file; give each a line of its own";
  const headers = [...options.flatMap(headersOf), ...loginOf(items)].filter(isOurs);
  return urls.map((url) => ({
    ...entryAt(where, [withScheme(url)]),
    headers,
    // -O is a path of its own, and -P nothing beside it.
    dir: output === null ? lastOf(items, "-P", "--directory-prefix") : null,
    out: output === "-" ? null : output,
  }));
}

/** Why a command with this option is not the fetching of a file. */
function refuseOption({ name, meaning, value }: Option): string | null {
  if (HARMLESS.has(name)) return null;
  if (meaning === "nothing") return `${name} only looks, and downloads nothing`;
  if (meaning === "many") return `${name} is for whole sites; give the addresses of the files`;
  if (SENDS.has(name)) return `${name} sends something to the server: only what is fetched can be downloaded`;
  if (name === "--method" && value?.text.toUpperCase() === "GET") return null;
  if (name === "-i" || name === "--input-file")
    return `${name} names a file of addresses; give what is in it`;
  if (name.startsWith("--proxy-")) return `${name} is set for all downloads: see HTTPS_PROXY`;
  return meaning === "risky" ? `${name} is not taken over` : null;
}

function loginOf(items: readonly Item[]): string[] {
  const user = lastOf(items, "--user", "--http-user");
  const password = lastOf(items, "--password", "--http-password", "--http-passwd");
  return user === null ? [] : [basicLogin(user, password ?? "")];
}
