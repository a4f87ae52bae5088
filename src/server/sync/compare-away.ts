/** What of a lock is on an instance already: told by sizes, and by what its jobs have verified. */
import type { Engine } from "../../engine/engine-contract.ts";
import type { HostInventory, Hosts } from "../../job/host-contract.ts";
import type { HostId } from "../../job/host.ts";
import type { LockEntry, LockPlan } from "../../job/lock-contract.ts";
import { basename } from "node:path";
import type { Compared } from "./compared.ts";

/** Files of the right size that are read there to see whether they are the one that is missing. */
const MAX_TWINS = 3;

export interface Away {
  /** By path. */
  sizes: ReadonlyMap<string, number>;
  inventory: HostInventory;
}

/** Null: the instance did not answer; `failure` says why. */
export async function lookAway(
  hostId: HostId,
  plan: LockPlan,
  hosts: Pick<Hosts, "lookAt" | "scan">,
  signal: AbortSignal,
): Promise<Away | { failure: string }> {
  const scan = await hosts.scan(hostId, signal);
  if (scan.kind !== "scanned")
    return {
      failure: scan.kind === "failed" ? scan.failure.message : `the instance did not answer (${scan.kind})`,
    };
  const paths = plan.items.flatMap(({ destination }) => destination ?? []);
  const looked = await hosts.lookAt(hostId, paths, signal);
  if (looked.kind !== "looked")
    return {
      failure:
        looked.kind === "failed" ? looked.failure.message : `the instance did not answer (${looked.kind})`,
    };
  const sizes = looked.files.flatMap(({ path, bytes }) => (bytes === null ? [] : [[path, bytes] as const]));
  return { sizes: new Map(sizes), inventory: scan.inventory };
}

export async function compareAway(
  { size, sha256, path }: LockEntry,
  destination: string,
  hostId: HostId,
  { sizes, inventory }: Away,
  engine: Pick<Engine, "findByDestination">,
): Promise<Compared> {
  const there = sizes.get(destination);
  const fits = there !== undefined && (size === null || there === size);
  if (fits && sha256 === null) return { state: "same", reason: "the lock has no hash of it" };
  if (fits) {
    const job = await engine.findByDestination(destination, hostId);
    const verified = job?.state.kind === "complete" ? job.checksumState : null;
    return verified?.kind === "verified" && verified.hex === sha256
      ? { state: "same", reason: null }
      : { state: "check", reason: "its size is right; its hash is looked at there" };
  }
  const twins = size === null || sha256 === null ? [] : twinsOf(size, basename(path), destination, inventory);
  const state = there === undefined ? "missing" : "different";
  return twins.length === 0
    ? { state, reason: null }
    : {
        state,
        reason: "a file of its size is elsewhere there: if it is the same, nothing is fetched",
        twins,
      };
}

function twinsOf(
  size: number,
  name: string,
  destination: string,
  { folder, files }: HostInventory,
): string[] {
  return files
    .filter(({ bytes }) => bytes === size)
    .map(({ path }) => `${folder}/${path}`)
    .filter((path) => path !== destination)
    .toSorted((one, other) => Number(basename(other) === name) - Number(basename(one) === name))
    .slice(0, MAX_TWINS);
}
