/** Takes secrets out of what people and programs get to see (CONTRACT §7.10). */

export const REDACTED = "***";

/** Query parameters that carry a secret or sign a link: ours, S3's, Google's, Azure's, CloudFront's. */
const SECRET_PARAMETER =
  /^(?:.*(?:token|secret|password|passwd|signature|credential|apikey|api[-_]key|access[-_]key).*|auth|authorization|key|sig|pass|pwd|policy|x-amz-.*|x-goog-.*|se|sp|sv|sr|skoid|sktid|hmac|expires|key-pair-id)$/i;

/** Request headers that carry a secret. */
const SECRET_HEADER = /^(?:.*(?:authorization|cookie|token|secret|api-?key|password).*)$/i;

/** Words before a secret in free text: `Authorization: Bearer x`, `token=x`. */
const SECRET_IN_TEXT =
  /((?:authorization:\s*)?(?:bearer|basic)\s+|(?:token|api[-_]?key|password|secret|signature)=)[^\s&"']+/gi;

const URL_IN_TEXT = /\b(?:https?|ftp|socks5?):\/\/[^\s"'<>`]+/gi;

/** The URL without password, user and secret query values. What is not a URL comes back with its query cut. */
export function redactUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return url.replace(/\?.*$/s, `?${REDACTED}`);
  }
  let changed = false;
  if (parsed.username !== "" || parsed.password !== "") {
    parsed.username = REDACTED;
    parsed.password = "";
    changed = true;
  }
  for (const name of new Set(parsed.searchParams.keys())) {
    if (!SECRET_PARAMETER.test(name)) continue;
    parsed.searchParams.set(name, REDACTED);
    changed = true;
  }
  return changed ? parsed.href : url;
}

/** The headers with the values of secret ones replaced. */
export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? REDACTED : value]),
  );
}

/** Free text (a message of a library, a line of a log) with the URLs and secrets in it redacted. */
export function redactText(text: string): string {
  return text
    .replace(URL_IN_TEXT, (url) => redactUrl(url))
    .replace(SECRET_IN_TEXT, (_, before: string) => before + REDACTED);
}
