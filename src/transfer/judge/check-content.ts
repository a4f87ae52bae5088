/** Is what came the file that was asked for, or a page that came in its place (CONTRACT §7.4)? Pure. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { expectationOf } from "./file-kinds.ts";

/** So many first bytes decide; also where a page's title is looked for. */
export const HEAD_BYTES = 4096;

export interface Received {
  /** Final name of the file. */
  name: string;
  /** The first HEAD_BYTES, or all of a smaller file. */
  head: Uint8Array;
  /** Null while unknown. */
  size: number | null;
  /** Value of Content-Type, or null. */
  contentType: string | null;
  /** Where it came from after all redirects, or null. */
  url: URL | null;
  /** The first bytes that are stored already, where this is to take their place. */
  before?: Uint8Array;
}

export function checkContent(received: Received): Failure | null {
  const expected = expectationOf(received.name);
  if (expected.kind === "any") return checkUnknown(received) ?? checkSuccessor(received);
  if (received.head.length === 0) return checkEmpty(received, expected);
  if (expected.kind === "magic") {
    if (expected.fits(received.head, received.size)) return null;
    return wrong(received, expected, describe(received) ?? "something else (the first bytes do not fit)");
  }
  if (expected.kind === "text") {
    const page = looksLikePage(textOf(received.head));
    return page ? wrong(received, expected, describe(received) ?? "a web page") : null;
  }
  const instead = describe(received);
  return instead === null ? null : wrong(received, expected, instead);
}

/** A name that says nothing: only a page that says itself what it is can be told. */
function checkUnknown({ head, url, name }: Received): Failure | null {
  if (url === null || !/(?:^|[/_-])(?:log-?in|sign-?in|sso|oauth2?)(?:[/_.-]|$)/i.test(url.pathname))
    return null;
  const text = textOf(head);
  if (!looksLikePage(text)) return null;
  return failure("wrong_content", `${url.host} sent its login page in place of ${name}${titleOf(text)}.`);
}

/**
 * Where the name tells nothing, the bytes that are stored do: what began as something else does not turn into a page
 * or a message. Most often a session has ended, or a login is asked for since.
 */
function checkSuccessor(received: Received): Failure | null {
  const { before } = received;
  if (before === undefined || before.length === 0) return null;
  const was = textOf(before);
  const text = textOf(received.head);
  const instead = was === "" ? describe(received) : null;
  const isPage = looksLikePage(text) && !looksLikePage(was);
  if (instead === null && !isPage) return null;
  return failure(
    "wrong_content",
    `${received.name} has begun as something else; now ${instead ?? `a web page${titleOf(text)}`} came` +
      `${received.url === null ? "" : ` from ${received.url.host}`}.`,
    { advice: "Log in or renew the link and run it again; if it is right, remove the partial file first." },
  );
}

function checkEmpty({ name, size }: Received, expected: { kind: string; what: string }): Failure | null {
  // An origin that announces an empty file of a kind without a mark may mean it.
  if (expected.kind === "text" || (size === 0 && expected.kind !== "magic")) return null;
  return failure("wrong_content", `Expected ${expected.what} as ${name}, an empty file came.`, {
    advice: "Open the address in a browser: the file may be missing, or need a login.",
  });
}

function wrong({ name, url }: Received, expected: { what: string }, instead: string): Failure {
  const from = url === null ? "" : ` from ${url.host}`;
  return failure("wrong_content", `Expected ${expected.what} as ${name}, got ${instead}${from}.`);
}

/** What text the head is, or null if it is none. */
function describe({ head, contentType, size }: Received): string | null {
  const text = textOf(head);
  if (text === "") return null;
  if (looksLikePage(text)) return `a web page${titleOf(text)}`;
  if (text.startsWith("version https://git-lfs.github.com/spec/")) {
    return "a Git LFS pointer, which only names the file";
  }
  if (text.startsWith("<?xml") || /^<[A-Za-z][\w:.-]*[\s>/]/.test(text))
    return `an XML document${xmlMessage(text)}`;
  if (isJsonStart(text)) return `a JSON message${jsonMessage(text)}`;
  // A short text that is all there is: "Not Found", "quota exceeded".
  const isShort = size !== null ? size <= HEAD_BYTES : head.length < HEAD_BYTES;
  const saysText = contentType !== null && /^text\/|^application\/(?:json|xml)/i.test(contentType);
  return isShort && saysText ? `a text: ${quote(text)}` : null;
}

/** The head as text, trimmed; empty if it is not text. */
function textOf(head: Uint8Array): string {
  if (head.includes(0)) return "";
  const text = new TextDecoder("utf-8", { fatal: false })
    .decode(head)
    .replace(/^\uFEFF/, "")
    .trimStart();
  // The end may cut a character in two; more than a few replacements are no text.
  const broken = text.match(/\uFFFD/g)?.length ?? 0;
  return broken > 3 ? "" : text;
}

function looksLikePage(text: string): boolean {
  const start = text.replace(/^(?:<!--[\s\S]*?-->\s*|<\?xml[^>]*>\s*)+/, "");
  return /^<(?:!doctype\s+html|html|head|body|script|title|meta|table|center|h1)[\s>]/i.test(start);
}

function isJsonStart(text: string): boolean {
  return /^\{\s*(?:"|\}\s*$)|^\[\s*(?:[{"[\]]|\]\s*$)/.test(text);
}

function titleOf(text: string): string {
  const title = /<title[^>]*>([^<]{1,300})/i.exec(text)?.[1]?.replace(/\s+/g, " ").trim() ?? "";
  return title === "" ? "" : ` (${quote(title)})`;
}

function xmlMessage(text: string): string {
  const message = /<(?:Message|Code|title)>([^<]{1,300})/i.exec(text)?.[1]?.trim() ?? "";
  return message === "" ? "" : ` (${quote(message)})`;
}

function jsonMessage(text: string): string {
  const message = /"(?:error|message|detail|reason)"\s*:\s*"((?:[^"\\]|\\.){1,300})"/i.exec(text)?.[1] ?? "";
  return message === "" ? "" : ` (${quote(message)})`;
}

const SHOWN_CHARACTERS = 120;

function quote(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a page's text must not steer a terminal
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return `“${clean.length > SHOWN_CHARACTERS ? `${clean.slice(0, SHOWN_CHARACTERS)}…` : clean}”`;
}

/** Whether a body may come coded like this. Answers the failure if not. */
export function checkEncoding(encoding: string | null, name: string, host: string): Failure | null {
  const coding = encoding?.trim().toLowerCase() ?? "";
  // Some stores keep the `aws-chunked` of the upload; the bytes are the file's.
  if (coding === "" || coding === "identity" || coding === "aws-chunked") return null;
  // Servers say of an archive that is gzip by itself that it is "encoded": the bytes are the file's.
  const ownCoding: Record<string, RegExp> = {
    gzip: /\.(?:gz|tgz)$/i,
    "x-gzip": /\.(?:gz|tgz)$/i,
    zstd: /\.(?:zst|tzst)$/i,
    br: /\.br$/i,
    "x-bzip2": /\.(?:bz2|tbz2?)$/i,
    "x-xz": /\.(?:xz|txz)$/i,
  };
  if (ownCoding[coding]?.test(name) === true) return null;
  return failure("encoded_content", `${host} sent ${name} compressed (${coding}), which was not asked for.`);
}
