/** The question about host keys, from both sides: the host's that shows keys, and the person's who answers. */
import { randomUUID } from "node:crypto";
import type { AskedConnection, KeyAnswer, KeyOutcome } from "../../job/host-contract.ts";
import type { HostId } from "../../job/host.ts";
import type { HostsParts } from "./create-hosts.ts";
import { ensureHost, refuseConnection } from "./ensure-host.ts";

export async function askHostKey(
  id: HostId,
  parts: HostsParts,
  signal: AbortSignal,
): Promise<KeyAnswer | { kind: "unknown" }> {
  const host = await parts.store.hosts.get(id);
  if (host === null) return { kind: "unknown" };
  return noteAnswer(id, await parts.instances.askHostKey(host, signal), parts);
}

/** A host that shows no keys is not kept: the string is wrong, more often than not. */
export async function askConnection(
  text: string,
  parts: HostsParts,
  signal: AbortSignal,
): Promise<AskedConnection> {
  const { store, instances, clock } = parts;
  const read = instances.readConnection(text);
  if (read.kind === "refused") return refuseConnection(read.reason);
  const { address } = read;
  const id = randomUUID();
  const isKept = (await store.hosts.findByIdentity(address.identity)) !== null;
  if (!isKept) {
    // Under the id it will have: the lines that are shown, and kept after a yes, bear it.
    const answer = await instances.askHostKey({ id, connection: address.connection }, signal);
    if (answer.kind === "failed" || answer.kind === "stopped") return answer;
    const outcome = await store.hosts.insert({ ...address, id }, clock.now());
    if (outcome.kind === "inserted") {
      await noteAnswer(id, answer, parts);
      return { kind: "host", host: outcome.host, answer };
    }
  }
  const ensured = await ensureHost(text, {}, parts);
  if (ensured.kind === "refused") return ensured;
  const answer = await noteAnswer(ensured.host.id, await instances.askHostKey(ensured.host, signal), parts);
  if (answer.kind === "failed" || answer.kind === "stopped") return answer;
  return { kind: "host", host: ensured.host, answer };
}

/** What the host shows is kept: that, and nothing it shows later, is what a person can accept. */
export async function noteAnswer(
  id: HostId,
  answer: KeyAnswer,
  { store, clock }: HostsParts,
): Promise<KeyAnswer> {
  const now = clock.now();
  if (answer.kind === "asked") await store.hosts.note(id, { seenAt: now, question: answer.question }, now);
  if (answer.kind === "known") {
    await store.hosts.note(id, { seenAt: now }, now);
    // The key was made known by other means, or by somebody who was killed before the jobs were told.
    await store.hosts.answer(id, true, now);
  }
  return answer;
}

export async function acceptHostKey(
  id: HostId,
  fingerprint: string | null,
  { store, instances, clock }: HostsParts,
): Promise<KeyOutcome> {
  const host = await store.hosts.get(id);
  if (host === null) return { kind: "unknown" };
  const pending = host.question;
  if (pending === null) return { kind: "nothing_asked" };
  if (pending.ambiguous && fingerprint === null)
    return {
      kind: "refused",
      why: "fingerprint_needed",
      reason: "The host showed other keys shortly before: name the fingerprint of the one that is right.",
    };
  const accepted = await instances.acceptHostKey(pending.question, fingerprint);
  if (accepted.kind === "refused") return accepted;
  // A connection that still stands was made to whoever had the old key.
  await instances.leave(id);
  // In this order: killed in between, the jobs wait still, and the next question finds the key known.
  return { kind: "answered", jobs: await store.hosts.answer(id, true, clock.now()) };
}

export async function rejectHostKey(id: HostId, { store, clock }: HostsParts): Promise<KeyOutcome> {
  const host = await store.hosts.get(id);
  if (host === null) return { kind: "unknown" };
  const jobs = await store.hosts.answer(id, false, clock.now());
  if (jobs.length === 0 && host.question === null) return { kind: "nothing_asked" };
  return { kind: "answered", jobs };
}
