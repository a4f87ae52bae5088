/** What was copied from a web page, a chat or a terminal → the words a shell would have made of it. */

export type Words = { kind: "words"; words: readonly string[] } | { kind: "refused"; reason: string };

/** Characters; the longest sensible line (three jumps, paths of keys) has a tenth of it. */
const MAX_LENGTH = 4096;

/** Spaces of all widths, and the one that does not break. */
const SPACES = /[\t\p{Zs}]/gu;
/** Not to be seen, and common in what is copied from web pages: zero-width spaces, joiners, byte order mark. */
const INVISIBLE = /[\u200B-\u200D\u2060\uFEFF]/gu;
const DOUBLE_QUOTES = /[“”„‟]/gu;
const SINGLE_QUOTES = /[‘’‚‛]/gu;
/** Hyphens and dashes that word processors put in the place of `-`. */
const DASHES = /[\u2010-\u2015\u2212]/gu;

/** `\` at the end of a line: it goes on in the next one. */
const CONTINUATION = /\\ *\r?\n/g;
/** `$ `, `root@box:~# `, `C:\Users\me> `: one word at most before the sign; `me@mac ~ % ` if ssh itself follows. */
const PROMPT = /^(?:[^ '"]{0,100}[$#%>❯] +(?=\S)|(?!ssh\b)[^'"]{0,100}?[$#%>❯] +(?=ssh(?:\.exe)? ))/u;

export function wordsOfPaste(paste: string): Words {
  if (paste.length > MAX_LENGTH) return refuse(`it is longer than ${MAX_LENGTH} characters`);
  const text = tidy(paste);
  const strange = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(text)?.[0];
  if (strange === "\n" || strange === "\r") return refuse("it has more than one line; give one at a time");
  if (strange !== undefined) return refuse(`it holds the control character ${nameOf(strange)}`);
  return splitWords(unwrap(text.replace(PROMPT, "")));
}

function tidy(paste: string): string {
  return paste
    .replace(SPACES, " ")
    .replace(INVISIBLE, "")
    .replace(DOUBLE_QUOTES, '"')
    .replace(SINGLE_QUOTES, "'")
    .replace(DASHES, "-")
    .replace(CONTINUATION, " ")
    .trim();
}

/** The whole of it in quotes, or in the backticks of markdown. */
function unwrap(text: string): string {
  const quote = text.charAt(0);
  if (!["'", '"', "`"].includes(quote) || text.length < 2 || text.at(-1) !== quote) return text;
  const inner = text.slice(1, -1);
  return inner.includes(quote) ? text : inner.trim();
}

/** Spaces; a quoted part; an escaped character; anything plain; or what is none of it, and wrong. */
const PART = / +|'([^']*)'|"((?:[^"\\$`]|\\.)*)"|\\(.)|[^ '"\\;|&<>()`$]+|(.)/gsu;

/**
 * Words as POSIX has them (XCU §2.2 Quoting, §2.3 Token Recognition), of one simple command and without
 * expansions: what would be expanded or would begin another command is refused, because the text then means
 * something else than it says.
 */
function splitWords(text: string): Words {
  const words: string[] = [];
  let word: string | null = null;
  for (const [part, single, double, escaped, wrong] of text.matchAll(PART)) {
    if (wrong !== undefined) return refuse(explainWrong(wrong, text));
    if (part.startsWith(" ")) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    // A comment.
    if (word === null && part.startsWith("#")) break;
    word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? part);
  }
  if (word !== null) words.push(word);
  return { kind: "words", words };
}

function explainWrong(char: string, text: string): string {
  if (char === "\\") return "it ends in a backslash";
  if (char !== "'" && char !== '"') return `'${char}' has a meaning to a shell; give the bare ssh command`;
  const closed = text.indexOf(char, text.indexOf(char) + 1) !== -1;
  return closed ? `what is in quotes would be expanded by a shell` : `a ${char} is not closed`;
}

function nameOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function refuse(reason: string): Words {
  return { kind: "refused", reason };
}
