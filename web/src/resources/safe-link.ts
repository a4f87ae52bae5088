/** An address that somebody else wrote, if a browser may follow it: a web page, with no name or password in it. Pure. */
export function safeLink(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) return null;
  return parsed.username === "" && parsed.password === "" ? parsed.href : null;
}
