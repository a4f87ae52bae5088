/**
 * The sentences of GNU Wget between its bars. What wget translates is told by its place and its figures; only what has
 * neither (why a connection failed) is read in English, and the exit code says it in the other languages.
 */
import type { FailureCode } from "../../job/failure.ts";
import { classifyMessage } from "./classify-message.ts";
import { readQuoted } from "./read-quoted.ts";

export type WgetLine =
  | { kind: "request"; url: string; again: boolean }
  | { kind: "answer"; status: number }
  /** Without messages it names what an error is about on the line before. */
  | { kind: "about"; url: string }
  /** Null: the server does not say. */
  | { kind: "length"; bytes: number | null }
  | { kind: "saved"; path: string | null; bytes: number; total: number | null }
  /** A line of `-nv`, all in one. */
  | { kind: "fetched"; path: string; bytes: number; total: number | null }
  | { kind: "there"; path: string | null }
  | { kind: "cut"; message: string; givesUp: boolean }
  | { kind: "refused"; status: number | null; message: string }
  | { kind: "failed"; code: FailureCode; message: string; goesOn: boolean };

/** Longest line that is looked at, in characters: addresses of 8 KiB and paths of 4 KiB fit. */
const MAX_LENGTH = 16_384;

export function readWgetLine(text: string): WgetLine | null {
  if (text.length > MAX_LENGTH) return null;
  return readRequest(text) ?? readStamped(text) ?? readAnswer(text) ?? readLength(text) ?? readEnglish(text);
}

/** `--2026-11-21 08:08:36--  http://…`, with `(try: 2)` between in any language. */
function readRequest(text: string): WgetLine | null {
  const match = /^--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--  (\([^)]{1,60}\) +)?(\S+)/.exec(text);
  if (match === null && /^(?:https?|ftps?):\/\/\S+:$/.test(text))
    return { kind: "about", url: text.slice(0, -1) };
  return match === null ? null : { kind: "request", url: match[2] ?? "", again: match[1] !== undefined };
}

/** What stands after a time: the end of a file, an error, or a line of `-nv`. */
function readStamped(text: string): WgetLine | null {
  const stamp = /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d /.exec(text);
  if (stamp === null) return null;
  const said = text.slice(stamp[0].length);
  const speed = /^\([^)]{1,60}\) [-—–] /.exec(said);
  if (speed !== null) return readEnd(said.slice(speed[0].length));
  if (/^URL: ?\S/.test(said)) return readFetched(said);
  const error = /^\S{1,40}[ \u00a0](-?\d{1,3})[ \u00a0]?[:：] ?(.*)$/.exec(said);
  if (error === null) return null;
  const status = Number(error[1]);
  const words = (error[2] ?? "").replace(/[.。]$/, "");
  return status >= 100
    ? { kind: "refused", status, message: `${status} ${words}` }
    : { kind: "refused", status: null, message: words };
}

/** `'a.bin' saved [5000000/5000000]`, or how far it came: `Connection closed at byte 2000000. Giving up.` */
function readEnd(said: string): WgetLine {
  const sizes = /\[(\d{1,15})(?:\/(\d{1,15}))?\]$/.exec(said.slice(-50));
  if (sizes === null) return { kind: "cut", message: said, givesUp: said.includes("Giving up") };
  const [whole, bytes, total] = sizes;
  const path = readQuoted(said.slice(0, -whole.length));
  return { kind: "saved", path, bytes: Number(bytes), total: total === undefined ? null : Number(total) };
}

/** `URL:http://… [5000000/5000000] -> "a.bin" [1]` */
function readFetched(said: string): WgetLine | null {
  const arrow = said.lastIndexOf('] -> "');
  const open = said.lastIndexOf("[", arrow);
  const close = said.lastIndexOf('"');
  if (arrow < 0 || open < 0 || close < arrow + 6) return null;
  const sizes = /^(\d{1,15})(?:\/(\d{1,15}))?$/.exec(said.slice(open + 1, arrow));
  if (sizes === null) return null;
  const total = sizes[2] === undefined ? null : Number(sizes[2]);
  return { kind: "fetched", path: said.slice(arrow + 6, close), bytes: Number(sizes[1]), total };
}

/** `HTTP request sent, awaiting response... 404 Not Found`: the dots stay in every language. */
function readAnswer(text: string): WgetLine | null {
  const dots = Math.max(text.lastIndexOf("... "), text.lastIndexOf("… "));
  if (dots < 0) return null;
  const match = /^(?:\.\.\.|…) ([1-5]\d\d)(?: |$)/.exec(text.slice(dots, dots + 10));
  return match === null ? null : { kind: "answer", status: Number(match[1]) };
}

/** `Length: 5000000 (4.8M), 4000000 (3.8M) remaining [text/html]`, `Length: unspecified [text/html]` */
function readLength(text: string): WgetLine | null {
  const colon = /[:：] ?/.exec(text.slice(0, 80));
  if (colon === null || colon.index === 0) return null;
  const rest = text.slice(colon.index + colon[0].length);
  const told = /^(\d{1,15})(?: \([^)]{1,20}\)| \[|$)/.exec(rest);
  if (told !== null) return { kind: "length", bytes: Number(told[1]) };
  return /\[[\w.+-]{1,60}\/[\w.+-]{1,60}\]$/.test(rest.slice(-130)) ? { kind: "length", bytes: null } : null;
}

/** Sentences that mean the file is here, and what they mean it with. */
const THERE =
  /already there; not retrieving|not modified on server|not retrieving\.$|already fully retrieved/;

const FATAL: readonly (readonly [RegExp, FailureCode])[] = [
  [/^Username\/Password Authentication Failed/, "unauthorized"],
  [/^Unable to establish SSL connection|^ERROR: .*certificate/, "tls_failed"],
  [/^\d+ redirections exceeded/, "redirect_loop"],
];

function readEnglish(text: string): WgetLine | null {
  if (THERE.test(text)) return { kind: "there", path: readQuoted(text) };
  const fatal = FATAL.find(([words]) => words.test(text));
  if (fatal !== undefined) return { kind: "failed", code: fatal[1], message: text, goesOn: false };
  if (text.startsWith("Cannot write to ")) {
    const code = classifyMessage(text);
    return {
      kind: "failed",
      code: code === "command_failed" ? "disk_failed" : code,
      message: text,
      goesOn: false,
    };
  }
  if (text.startsWith("wget: ")) {
    return { kind: "failed", code: classifyMessage(text), message: text.slice(6), goesOn: false };
  }
  const reason = /(?:\.\.\.|…) failed: (.{1,200})$/.exec(text);
  if (reason !== null) {
    // The host may have other addresses, and wget may try again.
    return { kind: "failed", code: classifyMessage(reason[1] ?? ""), message: text, goesOn: true };
  }
  const errno =
    /: (?:No space left on device|Permission denied|Read-only file system|Is a directory|No such file or directory)$/;
  return errno.test(text)
    ? { kind: "failed", code: classifyMessage(text), message: text, goesOn: false }
    : null;
}
