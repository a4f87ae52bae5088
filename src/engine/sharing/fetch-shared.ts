/** A file that is fetched once for a site: from a machine that has it, else from its origin. */
import type { Clock } from "../../job/clock.ts";
import type { Checksum, Job, JobId, TransferStep } from "../../job/job.ts";
import { failsEverywhere } from "../../job/mirrors.ts";
import type { Giver, SignRequest } from "../../job/sharing/sharing-contract.ts";
import { sharedPath } from "../../job/sharing/sharing-contract.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { TransferOutcome } from "../../job/transfer-contract.ts";

/** Machines asked, of those that have it at a time, before the origin is: each is tried patiently. */
const MOST_GIVERS = 3;

export interface FetchSharedParts {
  store: Pick<JobStore, "sharing">;
  clock: Clock;
  sign: SignRequest;
}

export type SharedEnd =
  | {
      kind: "ended";
      outcome: TransferOutcome;
      /** The machine that gave it; null: the origin did. */
      from: string | null;
    }
  /** Another machine fetches it: its turn comes after that. */
  | { kind: "wait" };

/**
 * @param index of the step in its job
 * @param fetch runs the step as it is given, at a machine that has the file, or (null) at its origin
 */
export async function fetchShared(
  job: Job,
  { step, index }: { step: TransferStep; index: number },
  { store: { sharing }, clock, sign }: FetchSharedParts,
  fetch: (step: TransferStep, from: string | null) => Promise<TransferOutcome>,
): Promise<SharedEnd> {
  const failed: JobId[] = [];
  let wanted = step;
  let way = await sharing.wayOf(job.id, failed, clock.now());
  // Giving up on a machine takes long: another one may have the file by then.
  while (way.kind === "givers") {
    const { givers, site } = way;
    for (const giver of inTurn(givers, job)) {
      const authorization = await sign(giver.job, index);
      const copied = stepFrom(giver, { step, index, site, authorization });
      const outcome = await fetch(copied, giver.node);
      const isOver = outcome.kind !== "failed" || failsEverywhere(outcome.failure.code);
      if (isOver) return { kind: "ended", outcome, from: giver.node };
      // What was asked for in one go is one file: from the origin, too, it is the one that others of the site have.
      wanted = { ...step, checksum: step.checksum ?? checksumFrom(giver, site) };
    }
    failed.push(...givers.map((giver) => giver.job));
    way = await sharing.wayOf(job.id, failed, clock.now());
  }
  if (way.kind === "wait") return { kind: "wait" };
  return { kind: "ended", outcome: await fetch(wanted, null), from: null };
}

/** Each job begins with another one: machines that have the file share the work of giving it. */
function inTurn(givers: readonly Giver[], { sequence }: Job): Giver[] {
  const start = sequence % givers.length;
  return [...givers.slice(start), ...givers.slice(0, start)].slice(0, MOST_GIVERS);
}

/** The step as it is run at a machine that has the file. What is known of the origin is not that machine's affair. */
function stepFrom(
  giver: Giver,
  {
    step,
    index,
    site,
    authorization,
  }: { step: TransferStep; index: number; site: string; authorization: string },
): TransferStep {
  return {
    ...step,
    url: giver.address.replace(/\/$/, "") + sharedPath(giver.job, index),
    mirrors: [],
    headers: { authorization },
    name: step.name ?? giver.name,
    size: giver.file.stamp.size,
    checksum: step.checksum ?? checksumFrom(giver, site),
    reach: "machine",
  };
}

/** Says where the hash comes from: one that nobody published says only that both machines have the same. */
function checksumFrom({ node, file, checksumState: state }: Giver, site: string): Checksum {
  const isPublished = state?.kind === "verified" && state.algorithm === "sha256" && state.hex === file.sha256;
  const origin = isPublished
    ? `${state.origin}, by way of the machine ${node}`
    : `the machine ${node}, which fetched it for site ${site}: nobody published one`;
  return { algorithm: "sha256", hex: file.sha256, origin };
}
