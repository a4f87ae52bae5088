/** What commands wrote, as text for people. Pure. */

/** Lines kept on the page; the whole log can be downloaded. */
export const MOST_LINES = 4000;

/**
 * Without the escape sequences that colour and move (ECMA-48: CSI, OSC and the like) and without other control
 * characters. Bounded: an unfinished sequence takes its line at most.
 */
export function plainText(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- they are what is taken out
      .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|[@-Z\\^_a-z])/g, "")
      // oxlint-disable-next-line no-control-regex -- they are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f]/g, "")
  );
}

/** The lines so far and what came, the oldest left out. */
export function appendLines(lines: readonly string[], text: string): readonly string[] {
  if (text === "") return lines;
  const more = plainText(text.endsWith("\n") ? text.slice(0, -1) : text).split(/\r?\n/);
  return [...lines, ...more].slice(-MOST_LINES);
}

/** The lines that hold all of the words, in any case. */
export function findLines(lines: readonly string[], search: string): readonly string[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return lines;
  return lines.filter((line) => {
    const text = line.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
