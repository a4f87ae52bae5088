/** The question about host keys: shown, accepted, rejected. By id, and by connection string (old system C). */
import type { Hosts, KeyAnswer } from "../../job/host-contract.ts";
import type { HostId } from "../../job/host.ts";
import { toKeysShown } from "../../wire/hosts.ts";
import type { HostVerifyAnswer } from "../../wire/hosts.ts";
import { answeredJobs, noAnswer, noSuchHost, nothingAsked } from "./host-answers.ts";

export interface Verdict {
  accept: boolean;
  reject: boolean;
  fingerprint?: string | null | undefined;
}

export async function showKeys(hosts: Hosts, id: HostId, signal: AbortSignal): Promise<HostVerifyAnswer> {
  const answer = await hosts.askHostKey(id, signal);
  if (answer.kind === "unknown") throw noSuchHost();
  return keysShown(id, answer);
}

export function keysShown(id: HostId, answer: KeyAnswer): HostVerifyAnswer {
  if (answer.kind === "asked") return toKeysShown(id, answer.question);
  if (answer.kind !== "known") throw noAnswer(answer);
  const { host, port, fingerprints } = answer;
  return {
    success: true,
    host_id: id,
    host,
    port,
    fingerprints: [...fingerprints],
    needs_confirmation: false,
  };
}

export async function answerKeys(
  hosts: Hosts,
  id: HostId,
  { accept, fingerprint }: Verdict,
  signal: AbortSignal,
): Promise<HostVerifyAnswer> {
  const outcome = accept ? await hosts.accept(id, fingerprint ?? null) : await hosts.reject(id);
  if (outcome.kind !== "nothing_asked") {
    const jobs = answeredJobs(outcome);
    return {
      success: true,
      host_id: id,
      added: accept,
      ...(accept ? {} : { rejected: true as const }),
      jobs,
    };
  }
  // A second click, or somebody else was quicker: it is right if the keys are trusted, and only then.
  if (accept && (await hosts.askHostKey(id, signal)).kind === "known")
    return { success: true, host_id: id, added: false, jobs: [] };
  throw nothingAsked();
}
