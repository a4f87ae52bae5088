/** Looks at hosts that a person asks for. */
import { randomUUID } from "node:crypto";
import type { FilesAnswer, HostRefusal, ScanAnswer, TestAnswer } from "../../job/host-contract.ts";
import type { HostId } from "../../job/host.ts";
import { noteAnswer } from "./answer-keys.ts";
import type { HostsParts } from "./create-hosts.ts";
import { ensureHost, refuseConnection } from "./ensure-host.ts";

/** A host that is not kept is not kept for being tested: nothing of it can be known but its keys. */
export async function testConnection(
  text: string,
  parts: HostsParts,
  signal: AbortSignal,
): Promise<TestAnswer | HostRefusal> {
  const { store, instances, clock } = parts;
  const read = instances.readConnection(text);
  if (read.kind === "refused") return refuseConnection(read.reason);
  if ((await store.hosts.findByIdentity(read.address.identity)) === null)
    return instances.test({ id: randomUUID(), connection: read.address.connection }, signal);
  const ensured = await ensureHost(text, {}, parts);
  if (ensured.kind === "refused") return ensured;
  // A connection that stands says nothing of whom the next one would reach.
  // What is met here is the question that a job would meet: it stays until somebody answers it.
  const keys = await noteAnswer(ensured.host.id, await instances.askHostKey(ensured.host, signal), parts);
  if (keys.kind !== "known") return keys;
  const answer = await instances.test(ensured.host, signal);
  if (answer.kind === "reached")
    await store.hosts.note(ensured.host.id, { seenAt: clock.now() }, clock.now());
  return answer;
}

export async function scanHost(
  id: HostId,
  { store, instances, clock, uiHome }: HostsParts,
  signal: AbortSignal,
): Promise<ScanAnswer | { kind: "unknown" }> {
  const host = await store.hosts.get(id);
  if (host === null) return { kind: "unknown" };
  const answer = await instances.scan(host, host.uiHome ?? uiHome, signal);
  if (answer.kind === "scanned") {
    const { findings } = answer;
    await store.hosts.note(id, { seenAt: findings.at, findings }, clock.now());
  }
  return answer;
}

export async function lookAtFiles(
  id: HostId,
  paths: readonly string[],
  { store, instances, clock }: HostsParts,
  signal: AbortSignal,
): Promise<FilesAnswer | { kind: "unknown" }> {
  const host = await store.hosts.get(id);
  if (host === null) return { kind: "unknown" };
  const answer = await instances.lookAt(host, paths, signal);
  if (answer.kind === "looked") await store.hosts.note(id, { seenAt: clock.now() }, clock.now());
  return answer;
}
