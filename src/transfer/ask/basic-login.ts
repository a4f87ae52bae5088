/** RFC 7617: user and password of a URL as a credential, or null if it has none. */
export function basicLogin({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  const login = `${decode(username)}:${decode(password)}`;
  return `Basic ${Buffer.from(login).toString("base64")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % is one
  }
}
