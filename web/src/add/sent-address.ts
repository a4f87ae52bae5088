/** What a link, a bookmarklet or another program handed over → an address, or nothing. Anybody may write it. Pure. */

/** What can be sent: addresses. A list or a command is put into the box by a person. */
const SCHEMES: ReadonlySet<string> = new Set(["https:", "http:", "hf:", "civitai:"]);
/** As the server takes them at most, in characters. */
const MAX_ADDRESS = 8192;
/** Ours in links (`web+haulyard:https://…`); a browser hands over all of it. */
const OWN_SCHEME = /^web\+haulyard:(?:\/\/)?/i;
/** Hosts that are named at most. */
const MAX_HOSTS = 3;

/** A page's address, or what a phone shares: some put the address into the text, behind a title. */
export interface Sent {
  url?: string;
  text?: string;
  title?: string;
}

/** The first address in it, written out (`xn--…`, `%…`): what looks like another one is seen for what it is. */
export function toSentAddress({ url = "", text = "", title = "" }: Sent): string | null {
  const words = [url, ...text.split(/\s+/), ...title.split(/\s+/)];
  for (const word of words) {
    const address = URL.parse(word.trim().replace(OWN_SCHEME, ""));
    if (address !== null && SCHEMES.has(address.protocol) && address.href.length <= MAX_ADDRESS)
      return address.href;
  }
  return null;
}

/** Whom the lines of a text would lead to, each once. */
export function hostsOf(text: string): string[] {
  const hosts = text.split(/\s+/).map((word) => {
    const address = URL.parse(word);
    return address !== null && /^https?:$/.test(address.protocol) ? address.host : "";
  });
  return [...new Set(hosts.filter((host) => host !== ""))].slice(0, MAX_HOSTS);
}
