/** How fast all downloads from one server together may be, by the name of the host in their address. */
import { formatRate } from "./format-rate.ts";
import { MIN_RATE, parseRate } from "./parse-size.ts";

/** Host, in lower case and without a port → bytes per second. */
export type OriginRates = Readonly<Record<string, number>>;

export const ORIGIN_RATES_FORM = "hosts with a rate: huggingface.co=20M, civitai.com=5MiB";

/** Sizes with more digits are not read: what is written has to read back as the same. */
const MOST_RATE = 999_999_999_999_999;
/** RFC 1123 §2.1, or an address; that of IPv6 in brackets, as in a URL. */
const HOST = /^(?:[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])$/;

/** `huggingface.co=20M, civitai.com=5MiB`, each host once, or nothing; null if the text is none. */
export function parseOriginRates(text: string): OriginRates | null {
  if (text.trim() === "") return {};
  const pairs = text.split(",").map((part): readonly [string, unknown] => {
    const at = part.indexOf("=");
    return at === -1 ? [part, null] : [part.slice(0, at).trim(), part.slice(at + 1)];
  });
  return toOriginRates(pairs);
}

/** The same from names and rates, as texts or numbers; null if one of them is none, or a host is there twice. */
export function toOriginRates(pairs: readonly (readonly [string, unknown])[]): OriginRates | null {
  const rates = new Map<string, number>();
  for (const [name, given] of pairs) {
    const host = name.toLowerCase();
    const rate = typeof given === "string" ? parseRate(given) : given;
    if (!HOST.test(host) || rates.has(host)) return null;
    if (typeof rate !== "number" || !Number.isSafeInteger(rate) || rate < MIN_RATE || rate > MOST_RATE)
      return null;
    rates.set(host, rate);
  }
  return Object.fromEntries(rates);
}

/** As `parseOriginRates` reads it. */
export function formatOriginRates(rates: OriginRates): string {
  return Object.entries(rates)
    .map(([host, rate]) => `${host}=${formatRate(rate).replace("/s", "").replace(" ", "")}`)
    .join(",");
}

/** Bytes per second for all downloads from the host of an address, or null for no limit. */
export function originRateOf(rates: OriginRates, url: string): number | null {
  const host = hostOf(url);
  return Object.hasOwn(rates, host) ? (rates[host] ?? null) : null;
}

/** What limits call the server of an address. */
export function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
