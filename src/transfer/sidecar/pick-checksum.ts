/** What a checksum list says of one file. Pure. */
import type { Checksum, ChecksumAlgorithm } from "../../job/job.ts";
import { strongest } from "../../job/checksum/rank-checksums.ts";
import type { Sidecar } from "./likely-sidecars.ts";
import type { ChecksumList, ListedHash } from "../../job/checksum/parse-checksum-list.ts";

export interface Listed {
  checksum: Checksum;
  /** Bytes, where the list tells them. */
  size: number | null;
}

/**
 * Null if the list does not speak of the file, or contradicts itself about it.
 *
 * @param name of the file, as its address has it, decoded
 */
export function pickChecksum(
  list: ChecksumList,
  { label, scope, algorithm }: Sidecar,
  name: string,
): Listed | null {
  const fits = (known: ChecksumAlgorithm): boolean => algorithm === null || algorithm === known;
  const origin = `${label} beside the file${list.signed ? " (its signature not checked)" : ""}`;
  const spoken: readonly Omit<ListedHash, "name">[] =
    scope === "folder"
      ? list.hashes.filter((line) => line.name === name)
      : list.bare === null
        ? list.hashes.filter((line) => isMeant(line.name, name))
        : [list.bare];
  const claims = spoken
    .filter((line) => fits(line.algorithm))
    .map(({ algorithm, hex }) => ({ algorithm, hex, origin }));
  const checksum = strongest(claims);
  return checksum === null ? null : { checksum, size: list.sizes.get(name) ?? null };
}

/**
 * A list that is for one file alone was often written where the file was built, with the path it had there; `-` is
 * the standard input. Under a wholly other name it may be of another file.
 */
function isMeant(listed: string, name: string): boolean {
  return listed === "-" || listed.split(/[/\\]/).at(-1) === name;
}
