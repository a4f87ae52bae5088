/** What a person is asked about the keys of an instance: from what it shows now, or from what it showed a job. Pure. */
import type { HostMessage, HostVerifyAnswer } from "../../../src/wire/hosts.ts";
import { readFingerprint } from "./read-fingerprint.ts";
import type { Fingerprint } from "./read-fingerprint.ts";

export interface KeysShown {
  kind: "unknown" | "changed" | "trusted";
  /** The machine that was asked; with jump hosts it may be one of them. */
  host: string;
  port: number;
  keys: readonly Fingerprint[];
  /** Of a changed key: what was accepted so far. */
  oldKeys: readonly Fingerprint[];
}

/** What is kept with the host: the very keys that made a job wait. */
export function pendingKeys({ question }: Pick<HostMessage, "question">): KeysShown | null {
  if (question === null) return null;
  const { changed, host, port, fingerprints, old_fingerprints } = question;
  return {
    kind: changed ? "changed" : "unknown",
    host,
    port,
    keys: fingerprints.map(readFingerprint),
    oldKeys: old_fingerprints.map(readFingerprint),
  };
}

/** What it showed when it was asked; null where the answer is about a verdict. */
export function shownKeys(answer: HostVerifyAnswer): KeysShown | null {
  if (!("fingerprints" in answer)) return null;
  const { host, port, fingerprints, needs_confirmation, changed, old_fingerprints = [] } = answer;
  return {
    kind: needs_confirmation ? (changed === true ? "changed" : "unknown") : "trusted",
    host,
    port,
    keys: fingerprints.map(readFingerprint),
    oldKeys: old_fingerprints.map(readFingerprint),
  };
}
