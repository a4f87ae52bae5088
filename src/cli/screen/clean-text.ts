/** Text from servers and files, safe and measurable on a terminal. */

// oxlint-disable-next-line no-control-regex -- they are what is taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
// oxlint-disable-next-line no-control-regex -- SGR sequences, the only ones this program writes into lines
const COLOR = /\u001b\[[0-9;]*m/g;

/** One line without characters that move the cursor, colour the rest or turn the direction of writing. */
export function cleanText(text: string): string {
  return text.replace(CONTROL, " ");
}

/** Columns a text takes; colours take none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(COLOR, "")) width += characterWidth(character);
  return width;
}

/** The text in at most so many columns; what is left out in the middle shows as `…`, the end stays readable. */
export function fitMiddle(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return "";
  const tail = Math.floor((columns - 1) / 2);
  return `${takeStart(text, columns - 1 - tail)}…${takeEnd(text, tail)}`;
}

/** The text in at most so many columns, cut at the end. */
export function fitEnd(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  return columns < 1 ? "" : `${takeStart(text, columns - 1)}…`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - textWidth(text))) + text;
}

function takeStart(text: string, columns: number): string {
  let taken = "";
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    taken += character;
  }
  return taken;
}

function takeEnd(text: string, columns: number): string {
  const characters = [...text];
  let from = characters.length;
  let width = 0;
  while (from > 0) {
    width += characterWidth(characters[from - 1] ?? "");
    if (width > columns) break;
    from -= 1;
  }
  return characters.slice(from).join("");
}

/** Ranges that Unicode's East Asian Width calls wide or full-width (UAX #11), the common ones. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}\u200b]/u;

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
