/** Files that are on this machine already, as transfers and plans ask for them. */
import { stat, statfs } from "node:fs/promises";
import type { FileIndex } from "../job/file-index-contract.ts";
import type { TransferStep } from "../job/job.ts";
import type { ReuseMode, ReuseWay } from "../job/reuse.ts";
import { waysOf } from "../job/reuse.ts";
import type { FindDonors } from "../job/transfer-contract.ts";
import { existingAncestor } from "./reserve-space.ts";

export interface ReuseParts {
  /** Where a job says nothing else. */
  mode: ReuseMode;
  find: FindDonors;
  index: Pick<FileIndex, "find">;
}

/** Where the bytes of a step would be taken from, and most likely how; null: they are fetched. Reads no file. */
export async function foreseeReuse(
  step: TransferStep,
  { mode, index }: ReuseParts,
): Promise<{ path: string; way: ReuseWay } | null> {
  const ways = waysOf(step.reuse ?? mode);
  const { checksum, size } = step;
  if (ways.length === 0 || checksum?.algorithm !== "sha256") return null;
  for (const { path } of await index.find({ sha256: checksum.hex, size })) {
    for (const way of ways) if (await seemsPossible(way, path, step.folder)) return { path, way };
  }
  return null;
}

/** f_type of file systems that share blocks among files (statfs(2)): btrfs, xfs, bcachefs, zfs. */
const SHARING = new Set([0x91_23_68_3e, 0x58_46_53_42, 0xca_45_1a_4e, 0x2f_c1_2f_c1]);

async function seemsPossible(way: ReuseWay, path: string, folder: string): Promise<boolean> {
  if (way === "copy") return true;
  const target = await existingAncestor(folder);
  if ((await stat(path)).dev !== (await stat(target)).dev) return false;
  return way === "hardlink" || SHARING.has((await statfs(target)).type);
}
