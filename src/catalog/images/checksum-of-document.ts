/** What a publisher's document says of one image: a checksum list, or a Metalink. */
import { parseChecksumList } from "../../job/checksum/parse-checksum-list.ts";
import { strongest } from "../../job/checksum/rank-checksums.ts";
import type { Checksum } from "../../job/job.ts";
import type { ImageEntry } from "../../job/image-contract.ts";
import { lastPart } from "./build.ts";
import { decodeText } from "./read-text.ts";

export interface Published {
  checksum: Checksum;
  /** Bytes, where the document tells them. */
  size: number | null;
}

/** The reader of Metalinks is the transfers': it is given to the catalogue. */
export type ParseMetalink = (bytes: Uint8Array) => Promise<
  | {
      kind: "metalink";
      metalink: { files: readonly { name: string; size: number | null; checksum: Checksum | null }[] };
    }
  | { kind: "refused"; reason: string }
>;

/**
 * Null where it does not speak of the file. A document that holds the hash of one file alone speaks of the one it was
 * named for, whatever it calls it: `latest` is called by its build there.
 *
 * @param origin in the words that are shown to people
 */
export async function checksumOfDocument(
  bytes: Uint8Array,
  fileName: string,
  origin: string,
  parseMetalink: ParseMetalink,
): Promise<Published | null> {
  const text = decodeText(bytes);
  if (/^\uFEFF?\s*<(?:\?xml|metalink)/.test(text)) {
    const reading = await parseMetalink(bytes);
    const files = reading.kind === "metalink" ? reading.metalink.files : [];
    const file = files.find(({ name }) => name === fileName) ?? (files.length === 1 ? files[0] : undefined);
    if (file === undefined || file.checksum === null) return null;
    return { checksum: { ...file.checksum, origin }, size: file.size };
  }
  const list = parseChecksumList(text);
  const names = new Set(list.hashes.map(({ name }) => name));
  const only = names.size === 1 ? [...names][0] : undefined;
  const name = names.has(fileName) ? fileName : only;
  const claims = list.bare === null ? list.hashes.filter((each) => each.name === name) : [list.bare];
  const checksum = strongest(claims.map(({ algorithm, hex }) => ({ algorithm, hex, origin })));
  return checksum === null ? null : { checksum, size: list.sizes.get(name ?? fileName) ?? null };
}

/** Where a hash was learnt, in words: `SHA256SUMS of cloud-images.ubuntu.com`. */
export function originOf(checksumUrl: string, { signedBy }: ImageEntry): string {
  const signature = signedBy === null ? "" : ", signed by its key";
  return `${lastPart(checksumUrl)} of ${new URL(checksumUrl).host}${signature}`;
}
