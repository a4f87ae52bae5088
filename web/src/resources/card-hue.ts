/** A colour for a word: always the same, different for most words. Degrees of a colour circle. Pure. */
export function hueOf(word: string): number {
  let hash = 7;
  for (const char of word.toLowerCase()) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 997;
  return (hash * 47) % 360;
}
