/** The server's token, where it wants one: kept by this browser until it is wrong. */
const KEY = "haulyard-token";

let token = read();

export function currentToken(): string | null {
  return token;
}

export function keepToken(next: string): void {
  token = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage may be switched off: then it is kept until the page is left.
  }
}

/** A session is there in its place: the page shows the token no more. */
export function dropToken(): void {
  token = null;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
