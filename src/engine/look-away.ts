/** What is on instances of the files that drafts would fetch there. */
import type { FileThere, Hosts } from "../job/host-contract.ts";
import type { HostId } from "../job/host.ts";
import type { JobDraft, TransferStep } from "../job/job.ts";
import type { Foreseen } from "./engine-contract.ts";

/** How long somebody who asks for files on an instance is kept waiting for its word; the job finds out by itself, too. */
const LOOK_TIMEOUT_MS = 10_000;

export interface LookedAway {
  /** By index of the draft. */
  files: ReadonlyMap<number, FileThere>;
  /** On the disk of its first file; only of instances that answered. */
  free: ReadonlyMap<HostId, number>;
}

/** Instances are asked side by side. Of those that do not answer nothing is known. */
export async function lookAway(drafts: readonly JobDraft[], lookAt: Hosts["lookAt"]): Promise<LookedAway> {
  const files = new Map<number, FileThere>();
  const free = new Map<HostId, number>();
  const byHost = new Map<HostId, { index: number; path: string }[]>();
  for (const [index, draft] of drafts.entries()) {
    if (draft.place.kind !== "ssh" || transferAway(draft) === null || draft.destination === null) continue;
    const asked = byHost.get(draft.place.hostId) ?? [];
    asked.push({ index, path: draft.destination });
    byHost.set(draft.place.hostId, asked);
  }
  const ask = async (id: HostId, asked: readonly { index: number; path: string }[]): Promise<void> => {
    const paths = asked.map(({ path }) => path);
    const answer = await lookAt(id, paths, AbortSignal.timeout(LOOK_TIMEOUT_MS));
    if (answer.kind !== "looked") return;
    for (const [at, { index }] of asked.entries()) {
      const file = answer.files[at];
      if (file !== undefined) files.set(index, file);
    }
    if (answer.freeBytes !== null) free.set(id, answer.freeBytes);
  };
  await Promise.all([...byHost].map(([id, asked]) => ask(id, asked)));
  return { files, free };
}

/** The one file for an instance that a draft is, or null. */
export function transferAway({ place, steps }: JobDraft): TransferStep | null {
  const [step, other] = steps;
  return place.kind === "ssh" && step?.kind === "transfer" && other === undefined ? step : null;
}

/** Bytes of the file, if it is there and has the size it has to have; else null. Its hash is looked at by nobody here. */
export function wholeAway({ size, checksum, ifExists }: TransferStep, there: FileThere): number | null {
  // It is to be replaced, and its hash tells whether it is another one: the size alone must not keep it.
  if (ifExists === "replace" && checksum !== null) return null;
  return size !== null && there.bytes === size ? size : null;
}

/** What fetching it there would come to. Pure. */
export function foreseeAway({ size, checksum, ifExists }: TransferStep, there: FileThere): Foreseen {
  const { bytes, partBytes } = there;
  if (bytes === null) return partBytes === null ? { kind: "new" } : { kind: "begun", bytes: partBytes };
  if (size !== null && bytes === size) return { kind: "there", bytes };
  if (ifExists === "replace") return { kind: "new" };
  if (size === null && (checksum !== null || ifExists === "adopt")) return { kind: "there", bytes };
  if (size !== null && bytes < size && ifExists === "adopt" && checksum !== null)
    return { kind: "begun", bytes };
  const reason =
    size === null
      ? "Nobody can tell whether it is the file that is asked for."
      : `It has ${bytes} bytes there, and the file has ${size}.`;
  return { kind: "in_the_way", reason };
}
