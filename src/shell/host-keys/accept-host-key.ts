/** A person's answer to the question about host keys. */
import type { KeyAccepted } from "../../job/host-contract.ts";
import type { HostKeyQuestion } from "../../job/job-state.ts";
import { fingerprintOf, parseKeyLine } from "./key-lines.ts";
import type { KeyLine } from "./key-lines.ts";
import type { KnownHosts } from "./shared-keys.ts";

/**
 * Trusts exactly the keys that were shown with the question, never what the host offers by now.
 *
 * @param fingerprint what the person compared: `SHA256:…`, or a whole line as it was shown. Has to be given for a
 *   changed key, and is held to the question wherever it is given
 */
export async function acceptHostKey(
  knownHosts: Pick<KnownHosts, "trust">,
  question: HostKeyQuestion,
  fingerprint: string | null,
): Promise<KeyAccepted> {
  const keys = question.keyLines.map(parseKeyLine);
  if (keys.length === 0 || !keys.every((key) => key !== null))
    return refuse("damaged", "The question holds no keys; ask again.");
  if (!matchShown(keys, question.fingerprints))
    return refuse("damaged", "The keys of the question are not those that were shown; ask again.");
  if (fingerprint === null && question.kind === "host_key_changed")
    return refuse("fingerprint_needed", "The key has changed: name the fingerprint of the new one.");
  if (fingerprint !== null && !keys.some((key) => namesKey(fingerprint, key)))
    return refuse("fingerprint_wrong", "This is not the fingerprint of the key that was shown.");
  await knownHosts.trust(keys);
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

type Refused = Extract<KeyAccepted, { kind: "refused" }>;

function refuse(why: Refused["why"], reason: string): Refused {
  return { kind: "refused", why, reason };
}
