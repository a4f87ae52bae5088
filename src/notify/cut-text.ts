/** At most `max` bytes of UTF-8, which is at most as many characters however a service counts; never half a character. */
export function cutText(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text;
  let cut = "";
  let bytes = Buffer.byteLength("…");
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > max) break;
    cut += character;
  }
  return `${cut}…`;
}
