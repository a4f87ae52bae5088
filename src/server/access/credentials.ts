/** What programs and browsers show to be let in: made here, and kept as a hash only. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** So that a key is known for one wherever it turns up: in a log, in a repository. */
export const KEY_PREFIX = "hy_";
export const SESSION_COOKIE = "haulyard_session";

/** 256 bits: cannot be guessed, so that a fast hash is enough to keep it by. */
const SECRET_BYTES = 32;

export function makeKey(): string {
  return KEY_PREFIX + makeSecret();
}

export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** What `Authorization: Bearer` or `X-Api-Key` says; null: neither is there. */
export function shownSecret(headers: IncomingHttpHeaders): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const key = headers["x-api-key"];
  return bearer ?? (typeof key === "string" && key !== "" ? key : null);
}

/** RFC 6265 §4.2.1: pairs, separated by semicolons. The first of several counts. */
export function sessionCookie(headers: IncomingHttpHeaders): string | null {
  for (const pair of (headers.cookie ?? "").split(";")) {
    const [name, value] = pair.split("=", 2);
    if (name?.trim() === SESSION_COOKIE && value !== undefined) return value.trim();
  }
  return null;
}

/**
 * Strict: no other site can make a browser send it. It holds for every path: behind a proxy nobody here knows which one
 * the page is under.
 */
export function cookieFor(secret: string, maxAgeSeconds: number, secure: boolean): string {
  const flags = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`;
  return `${SESSION_COOKIE}=${secret}; ${flags}${secure ? "; Secure" : ""}`;
}

/** Digests have one length: comparing them tells nothing about the secret's. */
export function isSame(shown: string, wanted: string): boolean {
  return timingSafeEqual(digest(shown), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
