/** A person's answer to the question about host keys. */
import type { HostKeyQuestion } from "../../job/job-state.ts";
import { fingerprintOf, parseKeyLine } from "./key-lines.ts";
import type { KeyLine } from "./key-lines.ts";
import { trustKeys } from "./known-hosts.ts";

export type AcceptOutcome = { kind: "accepted" } | { kind: "refused"; reason: string };

/**
 * Trusts exactly the keys that were shown with the question, never what the host offers by now.
 *
 * @param fingerprint what the person compared: `SHA256:…`, or a whole line as it was shown. Has to be given for a
 *   changed key, and is held to the question wherever it is given
 */
export async function acceptHostKey(
  knownHostsPath: string,
  question: HostKeyQuestion,
  fingerprint: string | null,
): Promise<AcceptOutcome> {
  const keys = question.keyLines.map(parseKeyLine);
  if (keys.length === 0 || !keys.every((key) => key !== null))
    return refuse("The question holds no keys; ask again.");
  if (!matchShown(keys, question.fingerprints))
    return refuse("The keys of the question are not those that were shown; ask again.");
  if (fingerprint === null && question.kind === "host_key_changed")
    return refuse("The key has changed: name the fingerprint of the new one.");
  if (fingerprint !== null && !keys.some((key) => namesKey(fingerprint, key)))
    return refuse("This is not the fingerprint of the key that was shown.");
  await trustKeys(knownHostsPath, keys);
  return { kind: "accepted" };
}

function matchShown(keys: readonly KeyLine[], fingerprints: readonly string[]): boolean {
  return (
    keys.length === fingerprints.length &&
    keys.every((key, index) => fingerprints[index]?.split(" ")[1] === fingerprintOf(key))
  );
}

function namesKey(fingerprint: string, key: KeyLine): boolean {
  return fingerprint.trim().split(/\s+/).includes(fingerprintOf(key));
}

function refuse(reason: string): AcceptOutcome {
  return { kind: "refused", reason };
}
