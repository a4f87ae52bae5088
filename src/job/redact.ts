/**
 * Takes secrets out of what people and programs get to see (CONTRACT §7.10). Takes linear time whatever the
 * text: every repetition in the patterns is bounded or cannot be entered twice at one place. What was redacted
 * once comes out of a second call unchanged. Rather one word too many than one too few.
 */

export const REDACTED = "***";

/** Words that make a name one of a secret wherever they stand in it; `author` and `authority` are none. */
const SECRET_WORD =
  /token|secret|passw|passphrase|signature|credential|jwt|hmac|cookie|session|auth(?!or(?!i[sz]))|(?:api|access|private|secret|client|account)[-_]?key/i;

/** Names that are as a whole those of secrets and of parts of signed links (S3, Google, Azure, CloudFront, Akamai). */
const SECRET_NAME =
  /^(?:x-amz-|x-goog-|hdn|(?:key|sig|sign|md5|hash|verify|pass|pwd|policy|code|ticket|sas|sid|se|sp|spr|sv|sr|st|skoid|sktid|skt|ske|sks|skv|expires|key-pair-id|__gda__)(?:\[\])?$)/i;

/** A link that says until when it holds is signed, whatever the name is of what it is signed with (nginx, Bunny, many more). */
const EXPIRY_NAME = /^(?:e|exp|expires?|expir(?:y|ation|es_?at)|deadline|valid_?(?:to|until)|ttl)$/i;

/** Long and without a dot between: a key, rather than a word or a name of a file, where it is not of small letters alone. */
const KEY_LIKE = /[\w+/~%!-]{16,}/g;

/** Headers whose values are no secrets whoever made them up, but for those in addresses; any other's may be one. */
const OPEN_HEADER =
  /^(?:accept|accept-encoding|accept-language|cache-control|content-type|dnt|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|origin|pragma|range|referer|user-agent)$/i;

/** How deep URLs in the query of URLs are looked into; deeper ones are left out whole. */
const MAX_NESTING = 3;

/**
 * The URL without user, password and secret values in path parameters, query and fragment; values that are URLs
 * are redacted as well. A URL without secrets comes back as it is. What is no URL is treated as far as it looks
 * like one.
 */
export function redactUrl(url: string): string {
  return redactNested(url, MAX_NESTING);
}

/** The headers with the values replaced of all that are not known to hold no secret. */
export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      OPEN_HEADER.test(name) ? redactText(value) : REDACTED,
    ]),
  );
}

const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>`]+/gi;

/** `Authorization: Bearer x`, `token=x`, `"api_key": "x"`, `password: 'x y'`; the value up to its end. */
const NAMED_IN_TEXT =
  /((?:token|secret|passw(?:or)?d|passphrase|signature|credential|api[-_]?key|access[-_]?key|authorization)[\w-]{0,40}["']?\s{0,4}[:=]\s{0,4})(?:(?:bearer|basic|token)\s{1,4}[^\s"',;]+|"(?:[^"\\\r\n]|\\.){0,4096}"?|'[^'\r\n]{0,4096}'?|[^\s"'&,;]+)/gi;
const SCHEME_IN_TEXT = /\b((?:bearer|basic)\s{1,4})[^\s"',;]+/gi;
const COOKIE_IN_TEXT = /(cookie["']?\s{0,4}:\s{0,4})[^\r\n]+/gi;
const OPTION_IN_TEXT =
  /(--[a-z-]{0,20}(?:token|secret|password|passwd|api-?key)[a-z-]{0,20}\s{1,4})(?:"[^"\r\n]{0,4096}"?|'[^'\r\n]{0,4096}'?|[^\s"']+)/gi;

/** Tokens that are known by their looks (Hugging Face, GitHub, GitLab, OpenAI and its like, JSON Web Tokens). */
const KNOWN_TOKEN =
  /\b(?:(?:hf_|hy_|whsec_|api_org_|gh[a-z]_|github_pat_|glpat-|sk-)[A-Za-z0-9_-]{16,}|eyJ[\w-]{10,300}\.[\w-]{4,4000}\.[\w-]{0,1000})/g;

/** Free text (a message of a library, a line of a log) with the URLs and secrets in it redacted. */
export function redactText(text: string): string {
  return text
    .replace(URL_IN_TEXT, redactUrl)
    .replace(COOKIE_IN_TEXT, hideValue)
    .replace(NAMED_IN_TEXT, hideValue)
    .replace(SCHEME_IN_TEXT, hideValue)
    .replace(OPTION_IN_TEXT, hideValue)
    .replace(KNOWN_TOKEN, REDACTED);
}

/**
 * Text that people wrote for people: URLs and tokens that are known by their looks are redacted, words like
 * `token: ohwx` are left.
 */
export function redactProse(text: string): string {
  return text.replace(URL_IN_TEXT, redactUrl).replace(KNOWN_TOKEN, REDACTED);
}

/** Keeps quotes, so that what was JSON or a command line still is. */
function hideValue(found: string, before: string): string {
  const quote = /["']/.exec(found.charAt(before.length))?.[0] ?? "";
  return before + quote + REDACTED + quote;
}

function redactNested(url: string, nesting: number): string {
  // As programs that follow it understand it: they drop line ends inside, take `\` for `/` and the like.
  const href = parse(url)?.href ?? url;
  const redacted = redactHref(href, nesting);
  return redacted === href ? url : redacted;
}

function redactHref(href: string, nesting: number): string {
  const [beforeHash, hash] = cutAt(href, "#");
  const [beforeQuery, query] = cutAt(beforeHash, "?");
  return (
    redactPath(redactUser(beforeQuery)) +
    (query === null ? "" : `?${redactPairs(query, nesting)}`) +
    (hash === null ? "" : `#${redactPairs(hideKeys(hash), nesting)}`)
  );
}

/** RFC 3986 §3.2.1: what stands before the last `@` of the authority. */
function redactUser(url: string): string {
  const [, start = "", user] = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/]*)@)?/i.exec(url) ?? [];
  if (start !== "")
    return user === undefined ? url : start + REDACTED + url.slice(start.length + user.length);
  // `user:password@host` without a scheme; a `urn:` or an address of mail has no password.
  return /^(?:urn|mailto):/i.test(url) ? url : url.replace(/^[^/@:]*:[^/@]*@/, `${REDACTED}@`);
}

/** Parameters of path segments: `/x;jsessionid=1`. */
function redactPath(url: string): string {
  if (!url.includes(";")) return url;
  return url.replace(/;([^;=/]{1,200})=[^;/]*/g, (pair, name: string) =>
    isSecretName(name) ? `;${name}=${REDACTED}` : pair,
  );
}

function redactPairs(pairs: string, nesting: number): string {
  const parts = pairs.split(/([&;])/);
  const isSigned = parts.some((pair) => EXPIRY_NAME.test(cutAt(pair, "=")[0]));
  return parts.map((pair) => redactPair(pair, isSigned, nesting)).join("");
}

function redactPair(pair: string, isSigned: boolean, nesting: number): string {
  const [name, value] = cutAt(pair, "=");
  if (value === null || value === "") return pair;
  if (isSecretName(decode(name))) return `${name}=${REDACTED}`;
  if (isSigned && hideKeys(value) !== value) return `${name}=${REDACTED}`;
  const decoded = decode(value);
  if (!decoded.includes("://") && !/%3a%2f%2f/i.test(decoded)) return pair;
  if (nesting === 0) return `${name}=${REDACTED}`;
  const redacted = redactNested(decoded, nesting - 1);
  if (redacted === decoded) return pair;
  return `${name}=${decoded === value ? redacted : encodeURIComponent(redacted)}`;
}

function hideKeys(text: string): string {
  return text.replace(KEY_LIKE, (run) => (/[\dA-Z]/.test(run) ? REDACTED : run));
}

/** True for a name that what it names is a secret by. */
export function isSecretName(name: string): boolean {
  return SECRET_WORD.test(name) || SECRET_NAME.test(name);
}

function cutAt(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
