/** The options of an aria2c command → the downloads it asks for. Pure. */
import type { Item } from "../commands/read-options.ts";
import type { Option } from "./command-items.ts";
import { basicLogin, headersOf, isOurs, lastOf, optionsOf } from "./command-items.ts";
import type { ListEntry, ListItem } from "./list-entry.ts";
import { entryAt } from "./list-entry.ts";
import { readChecksum } from "./read-checksum.ts";

export function readAria2c(items: readonly Item[], where: string): ListItem[] | string {
  const options = optionsOf(items);
  const refusal = options.map(refuseOption).find((each) => each !== null);
  if (refusal !== undefined) return refusal;
  const urls = items.flatMap((item) => (item.kind === "operand" ? [item.argument.text] : []));
  const hash = lastOf(items, "--checksum");
  const checksum = hash === null ? { checksum: null } : readChecksum(hash);
  if (typeof checksum === "string") return checksum;
  const said: Pick<ListEntry, "headers" | "dir" | "checksum"> = {
    headers: [...options.flatMap(headersOf), ...loginOf(items)].filter(isOurs),
    dir: lastOf(items, "-d", "--dir"),
    ...checksum,
  };
  // All addresses are of one file, unless it says otherwise; of several files none can have the name.
  if (options.some(({ meaning, value }) => meaning === "separate" && value?.text !== "false"))
    return urls.map((url) => ({ ...entryAt(where, [url]), ...said }));
  return urls.length === 0 ? [] : [{ ...entryAt(where, urls), ...said, out: lastOf(items, "-o", "--out") }];
}

/** Why a command with this option is not the fetching of a file. */
function refuseOption({ name, meaning, value }: Option): string | null {
  if (value?.text === "false") return null;
  if (meaning === "nothing") return `${name} only looks, and downloads nothing`;
  if (name === "-i" || name === "--input-file")
    return `${name} names a file of addresses; give what is in it`;
  if (name.endsWith("-proxy-passwd")) return `${name} is set for all downloads: see HTTPS_PROXY`;
  return meaning === "risky" ? `${name} is not taken over` : null;
}

function loginOf(items: readonly Item[]): string[] {
  const user = lastOf(items, "--http-user");
  return user === null ? [] : [basicLogin(user, lastOf(items, "--http-passwd") ?? "")];
}
