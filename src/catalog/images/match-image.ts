/** Which image of the catalogue a file is: by its hash, and where to look for hashes, by its name. Pure. */
import type { ImageEntry, ImageNote } from "../../job/image-contract.ts";
import type { Checksum } from "../../job/job.ts";
import { BUILD, lastPart, newestBuild, withBuild } from "./build.ts";
import { fileNameOf } from "./file-name-of.ts";
import type { Hashes } from "./image-book.ts";

/** Every hash that the catalogue tells by itself, and whose it is. */
export type HashIndex = ReadonlyMap<string, ImageEntry>;

export function indexHashes(entries: readonly ImageEntry[]): HashIndex {
  const index = new Map<string, ImageEntry>();
  for (const entry of entries) {
    if (entry.checksum === null) continue;
    const key = `${entry.checksum.algorithm}:${entry.checksum.hex}`;
    if (!index.has(key)) index.set(key, entry);
  }
  return index;
}

/** Null for a stranger. */
export function matchHashes(hashes: Hashes, index: HashIndex): ImageNote | null {
  for (const [algorithm, hex] of Object.entries(hashes)) {
    const entry = index.get(`${algorithm}:${hex}`);
    if (entry === undefined) continue;
    const checksum = { algorithm, hex, origin: "image catalogue" } as Checksum;
    return { imageId: entry.id, build: entry.build, checksum, verified: true };
  }
  return null;
}

/** A list that may have the hash of a file, and under which name. */
export interface Candidate {
  entry: ImageEntry;
  build: string | null;
  checksumUrl: string;
  signatureUrl: string | null;
  /** As the publisher calls it. */
  name: string;
}

/** Where the names say that it may be an image of the catalogue: nobody is asked about files of other names. */
export function findCandidates(fileName: string, entries: readonly ImageEntry[]): Candidate[] {
  return entries.flatMap((entry) => [...candidatesOf(fileName, entry)]);
}

function* candidatesOf(fileName: string, entry: ImageEntry): Generator<Candidate> {
  const { checksumUrl, signatureUrl, latest, url, build } = entry;
  if (checksumUrl !== null && (fileName === lastPart(url) || fileName === fileNameOf(entry, url, build)))
    yield { entry, build, checksumUrl, signatureUrl, name: lastPart(url) };
  if (latest === null || latest.checksumUrl === null) return;
  // As the publisher calls it, where the build is in the name, and as we do.
  for (const form of [lastPart(latest.url), fileNameOf(entry, latest.url.replaceAll(BUILD, "0"), BUILD)]) {
    const found = form.split(BUILD).length === 2 ? newestBuild([fileName], form) : null;
    if (found === null) continue;
    yield {
      entry,
      build: found,
      checksumUrl: withBuild(latest.checksumUrl, found),
      signatureUrl: latest.signatureUrl === null ? null : withBuild(latest.signatureUrl, found),
      name: lastPart(withBuild(latest.url, found)),
    };
    return;
  }
}
