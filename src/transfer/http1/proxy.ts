import type { Login } from "./connect-socks5.ts";
import type { Address } from "./transport.ts";

export interface Proxy {
  kind: "http" | "https" | "socks5";
  address: Address;
  login: Login | null;
}

/**
 * Schemes people write for proxies. With SOCKS5 the proxy always resolves the name: `socks5h` in the words of
 * curl. Looking a name up here only to hide it from the proxy is what nobody who uses one wants.
 */
const KINDS: Readonly<Record<string, { kind: Proxy["kind"]; port: number }>> = {
  "http:": { kind: "http", port: 80 },
  "https:": { kind: "https", port: 443 },
  "socks:": { kind: "socks5", port: 1080 },
  "socks5:": { kind: "socks5", port: 1080 },
  "socks5h:": { kind: "socks5", port: 1080 },
};

/** Reads a proxy's address as people write it; null if it is none we can use. Pure. */
export function parseProxy(text: string): Proxy | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const known = Object.hasOwn(KINDS, url.protocol) ? KINDS[url.protocol] : undefined;
  if (known === undefined || url.hostname === "") return null;
  const login =
    url.username === "" && url.password === ""
      ? null
      : { user: decode(url.username), password: decode(url.password) };
  const port = url.port === "" ? known.port : Number(url.port);
  return { kind: known.kind, address: { host: bareHost(url.hostname), port }, login };
}

/** A URL's host name as sockets want it: an IPv6 address without its brackets. */
export function bareHost(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** Per cent signs that encode nothing are meant as they stand. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
