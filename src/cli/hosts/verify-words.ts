/** The question about keys in the words of the terminal. Pure. */
import type { HostVerifyAnswer, HostVerifyRequest } from "../../wire/hosts.ts";
import { cleanText } from "../screen/clean-text.ts";
import type { Paint } from "../screen/terminal.ts";

export type Shown = Extract<HostVerifyAnswer, { fingerprints: string[] }>;

export function shownLines(shown: Shown, paint: Paint): string[] {
  const name = cleanText(`${shown.host}, port ${shown.port}`);
  const keys = shown.fingerprints.map((line) => `  ${cleanText(line)}`);
  if (!shown.needs_confirmation) return [`${name} shows the keys that were accepted:`, ...keys];
  if (shown.changed !== true)
    return [`${name} is not known yet. It shows ${keys.length === 1 ? "this key" : "these keys"}:`, ...keys];
  return [
    paint("red", `THE KEY OF ${name} HAS CHANGED.`),
    "Either the machine was set up anew, or somebody else answers in its place.",
    "Accepted so far:",
    ...(shown.old_fingerprints ?? []).map((line) => `  ${cleanText(line)}`),
    "Shown now:",
    ...keys,
  ];
}

export function verdictQuestion({ changed }: Shown): string {
  return changed === true
    ? "Type the fingerprint (SHA256:…) of the new key to accept it, or no to reject it: "
    : "Is this what your provider shows? yes, no, or the fingerprint: ";
}

/** What a person typed; null if it is neither. A changed key takes more than a yes. */
export function readVerdict(said: string, { changed }: Shown): HostVerifyRequest | null {
  const word = said.trim();
  if (/^no?$/i.test(word)) return { reject: true };
  if (/^SHA256:\S+$/.test(word)) return { accept: true, fingerprint: word };
  return /^y(?:es)?$/i.test(word) && changed !== true ? { accept: true } : null;
}
