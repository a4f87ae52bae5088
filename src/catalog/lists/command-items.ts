/** What the options of a command line say of a download, whichever tool it is for. Pure. */
import type { Item } from "../commands/read-options.ts";
import { refuseHeaders } from "../request-headers.ts";

export type Option = Extract<Item, { kind: "option" }>;

export function optionsOf(items: readonly Item[]): Option[] {
  return items.filter((item) => item.kind === "option");
}

/** What stands behind the last of the options with one of these names: that one counts. */
export function lastOf(items: readonly Item[], ...names: readonly string[]): string | null {
  return optionsOf(items).findLast(({ name }) => names.includes(name))?.value?.text ?? null;
}

/** The headers that options of wget and of aria2c say: they are called the same. */
export function headersOf({ name, value }: Option): string[] {
  const text = value?.text ?? "";
  switch (name) {
    case "--header":
      return [text];
    case "-U":
    case "--user-agent":
      return [`User-Agent: ${text}`];
    case "--referer":
      return [`Referer: ${text}`];
    default:
      return [];
  }
}

/** RFC 7617 §2. */
export function basicLogin(user: string, password: string): string {
  return `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** curl and wget do the same. */
export function withScheme(address: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(address) && !/^[^/:]+:\d+(?:\/|$)/.test(address)
    ? address
    : `http://${address}`;
}

/** Commands carry what is the transfer's own business, too: ranges, codings, how connections are kept. */
export function isOurs(header: string): boolean {
  const at = header.indexOf(":");
  const name = header.slice(0, at).trim();
  return at > 0 && refuseHeaders({ [name]: header.slice(at + 1).trim() }) === null;
}
