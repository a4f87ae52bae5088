/** Patterns of files in a repo, as Hugging Face's own tools take them (Python's fnmatch). Pure. */

export interface Patterns {
  /** One of them has to fit, if there are any. */
  include: readonly string[];
  /** None of them may fit. */
  exclude: readonly string[];
}

/** True for the paths that are wanted. */
export function selectPaths({ include, exclude }: Patterns): (path: string) => boolean {
  const wanted = include.map(compile);
  const unwanted = exclude.map(compile);
  return (path) =>
    (wanted.length === 0 || wanted.some((fits) => fits(path))) && !unwanted.some((fits) => fits(path));
}

/** Longest path and pattern that are compared step by step; both come from outside. */
const MAX_LENGTH = 4096;

type Token = { kind: "any" } | { kind: "one" } | { kind: "set"; of: RegExp } | { kind: "letter"; is: string };

/**
 * `*` is any text, slashes included; `?` any character; `[abc]`, `[a-z]`, `[!a]` one of these. A pattern that ends
 * in `/` means all that is in the folder.
 */
function compile(pattern: string): (path: string) => boolean {
  const tokens = tokensOf(pattern.endsWith("/") ? `${pattern}*` : pattern);
  return (path) => path.length <= MAX_LENGTH && fits(tokens, [...path]);
}

function tokensOf(pattern: string): Token[] {
  const letters = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] as string;
    if (letter === "*") {
      if (tokens.at(-1)?.kind !== "any") tokens.push({ kind: "any" });
    } else if (letter === "?") tokens.push({ kind: "one" });
    else {
      const end = letter === "[" ? endOfSet(letters, at) : -1;
      if (end === -1) tokens.push({ kind: "letter", is: letter });
      else {
        tokens.push({ kind: "set", of: setOf(letters.slice(at + 1, end).join("")) });
        at = end;
      }
    }
  }
  return tokens;
}

/** The bracket that closes a set, which may hold one as its first character; −1: it is no set. */
function endOfSet(letters: readonly string[], start: number): number {
  const first = letters[start + 1] === "!" ? start + 2 : start + 1;
  return letters.indexOf("]", first + 1);
}

function setOf(text: string): RegExp {
  const negated = text.startsWith("!");
  const body = (negated ? text.slice(1) : text).replaceAll(/[\\\]^[]/g, String.raw`\$&`);
  try {
    return new RegExp(`^[${negated ? "^" : ""}${body}]$`, "u");
  } catch {
    // A range the wrong way round (`[z-a]`) fits nothing.
    return /(?!)/;
  }
}

/** Two pointers and one place to go back to: no pattern takes more than their product. */
function fits(tokens: readonly Token[], letters: readonly string[]): boolean {
  let token = 0;
  let letter = 0;
  let back: { token: number; letter: number } | null = null;
  while (letter < letters.length) {
    const wanted = tokens[token];
    if (wanted?.kind === "any") {
      back = { token, letter };
      token++;
    } else if (wanted !== undefined && takes(wanted, letters[letter] as string)) {
      token++;
      letter++;
    } else if (back !== null) {
      back.letter++;
      token = back.token + 1;
      letter = back.letter;
    } else return false;
  }
  while (tokens[token]?.kind === "any") token++;
  return token === tokens.length;
}

function takes(token: Exclude<Token, { kind: "any" }>, letter: string): boolean {
  switch (token.kind) {
    case "one":
      return true;
    case "set":
      return token.of.test(letter);
    case "letter":
      return token.is === letter;
    default:
      throw token satisfies never;
  }
}
