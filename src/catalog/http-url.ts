import { hasControl } from "../job/file-name.ts";

/** Longest URL that is taken; servers and proxies take about as much (RFC 9110 §4.1 asks for 8000). */
export const MAX_URL_LENGTH = 8192;

/** True for what is meant as an address of the web, well written or not. */
export function isHttp(text: string): boolean {
  return /^https?:/i.test(text.trim());
}

export type HttpUrl = { url: string; refusal: null } | { url: null; refusal: string };

/**
 * Checks a URL that somebody wrote. The fragment is cut, it is not sent (RFC 9110 §4.2.5).
 * The refusal never repeats the URL: it may hold a secret.
 */
export function readHttpUrl(value: unknown, field: string): HttpUrl {
  if (typeof value !== "string") return refused(`${field} must be a text`);
  if (value === "") return refused(`${field} must not be empty`);
  if (value.length > MAX_URL_LENGTH)
    return refused(`${field} must be at most ${MAX_URL_LENGTH} characters, it has ${value.length}`);
  // The URL parser drops line ends and tabs; a text with them is a mistake, not an address.
  if (hasControl(value)) return refused(`${field} must not hold control characters`);
  let parsed: URL;
  try {
    parsed = new URL(value);
  } catch {
    return refused(`${field} is not a URL`);
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:")
    return refused(`${field} must begin with http:// or https://`);
  if (!/^https?:\/\//i.test(value.trim())) return refused(`${field} is not a URL`);
  parsed.hash = "";
  return { url: value.includes("#") ? parsed.href : value.trim(), refusal: null };
}

function refused(refusal: string): HttpUrl {
  return { url: null, refusal };
}
