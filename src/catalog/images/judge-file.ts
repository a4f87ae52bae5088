/** What is known of a file, put together. Pure. */
import type { FileChecksum, ImageFile, ImageNote } from "../../job/image-contract.ts";
import type { Hashes } from "./image-book.ts";
import { matchHashes } from "./match-image.ts";
import type { HashIndex } from "./match-image.ts";
import type { ScannedFile } from "./scan-images.ts";

export function judgeFile(
  { filepath, path, size, modifiedAt, header }: ScannedFile,
  page: { hashes: Hashes; note: ImageNote | null },
  index: HashIndex,
): ImageFile {
  const note = page.note ?? matchHashes(page.hashes, index);
  const { type, virtualSize } = header;
  const hashes = page.hashes as ImageFile["hashes"];
  return { filepath, path, size, modifiedAt, type, virtualSize, hashes, note, checksum: judge(note, hashes) };
}

function judge(note: ImageNote | null, hashes: ImageFile["hashes"]): FileChecksum {
  const wanted = note?.checksum ?? null;
  if (wanted === null)
    return {
      kind: "unverified",
      reason: note === null ? "It is in no catalogue." : "No hash is known for this file.",
    };
  const hex = hashes[wanted.algorithm];
  if (hex !== undefined && hex !== wanted.hex) {
    const reason = `Its ${wanted.algorithm} is ${hex}, not ${wanted.hex} (${wanted.origin}).`;
    return { kind: "damaged", reason };
  }
  return hex === wanted.hex || note?.verified === true
    ? { kind: "verified", checksum: wanted }
    : { kind: "unverified", reason: "Its bytes were not read yet." };
}
