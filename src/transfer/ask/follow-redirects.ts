/** Where a redirect leads and what may be sent there. Pure. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { redactUrl } from "../../job/redact.ts";

export type NextHop =
  | { kind: "hop"; url: URL; keepsHeaders: boolean }
  | { kind: "refused"; failure: Failure };

/** RFC 9110 §15.4: the statuses that say where to go by themselves. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * @param been addresses asked so far, the present one last
 */
export function nextHop(been: readonly URL[], location: string | null, most: number): NextHop {
  const from = been.at(-1) as URL;
  if (location === null) {
    return refuse("bad_response", `${from.host} redirects without saying where to (no Location header).`);
  }
  let url: URL;
  try {
    url = new URL(location, from);
  } catch {
    return refuse("bad_response", `${from.host} redirects to something that is not an address.`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return refuse("redirect_refused", `${from.host} redirects to a ${url.protocol} address.`);
  }
  // A Location must not choose who we say we are.
  url.username = "";
  url.password = "";
  url.hash = "";
  if (been.some((before) => before.href === url.href)) {
    return refuse("redirect_loop", `The redirects come back to ${redactUrl(url.href)}.`);
  }
  if (been.length > most) {
    return refuse("redirect_loop", `More than ${most} redirects, the last to ${redactUrl(url.href)}.`);
  }
  return { kind: "hop", url, keepsHeaders: mayKeepHeaders(from, url) };
}

function refuse(code: "bad_response" | "redirect_refused" | "redirect_loop", message: string): NextHop {
  return { kind: "refused", failure: failure(code, message) };
}

/**
 * RFC 9110 §15.4: "consider removing header fields … that were not automatically generated": Authorization,
 * Cookie and whatever else was given for one origin. A site that moves its own visitors from http to https
 * (default ports) is one site.
 */
export function mayKeepHeaders(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  const upgraded = from.protocol === "http:" && to.protocol === "https:";
  return upgraded && from.hostname === to.hostname && from.port === "" && to.port === "";
}
