/** The text without the characters of `marks` at its ends. A pattern would take quadratic time on a row of marks. */
export function trimMarks(text: string, marks: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isMark(text.charAt(from), marks)) from++;
  while (to > from && isMark(text.charAt(to - 1), marks)) to--;
  return text.slice(from, to);
}

function isMark(character: string, marks: string): boolean {
  return marks.includes(character) || character.trim() === "";
}
