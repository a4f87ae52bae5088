import { randomBytes } from "node:crypto";
import { quote } from "./sh-quote.ts";

/** A text for a POSIX shell that answers in frames. */
export interface Script {
  text: string;
  /** What its frames begin with; nobody else can know it. */
  nonce: string;
}

export function makeNonce(): string {
  return `@@haulyard-${randomBytes(16).toString("hex")}`;
}

/** Says `word`, which proves that there is a shell that runs what we send; then does what follows. */
export function sayScript(word: string, then = ""): Script {
  const nonce = makeNonce();
  return { text: `printf '\\n%s %s\\n' ${quote(nonce)} ${word}\n${then}`, nonce };
}
