/** What the benchmark's servers serve. */
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Bytes a file is made of, again and again: random, so that nothing on the way can save work. */
const BLOCK = 16 * 2 ** 20;

/** Writes a file; returns its SHA-256. */
export function makeFile(path: string, size: number): string {
  const block = randomFillSync(new Uint8Array(Math.min(BLOCK, size)));
  const hash = createHash("sha256");
  const descriptor = openSync(path, "w");
  for (let written = 0; written < size; written += block.length) {
    const piece = block.subarray(0, Math.min(block.length, size - written));
    writeSync(descriptor, piece);
    hash.update(piece);
  }
  closeSync(descriptor);
  return hash.digest("hex");
}

export interface ManyFiles {
  /** One URL per line. */
  list: string;
  /** For aria2c, without and with hashes. */
  ariaList: string;
  ariaListHashed: string;
}

/** Writes many small files and lists of them; SHA256SUMS lies beside them. @param base URL of the folder */
export function makeManyFiles(
  folder: string,
  base: string,
  lists: string,
  { count, size }: { count: number; size: number },
): ManyFiles {
  mkdirSync(folder);
  const files = Array.from({ length: count }, (_, nth) => {
    const name = `file-${String(nth).padStart(4, "0")}.bin`;
    return { name, url: `${base}/${name}`, sha256: makeFile(join(folder, name), size) };
  });
  writeFileSync(join(folder, "SHA256SUMS"), files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(""));
  const made = {
    list: join(lists, "many.txt"),
    ariaList: join(lists, "many.aria2"),
    ariaListHashed: join(lists, "many-hashed.aria2"),
  };
  const plain = files.map(({ url }) => `${url}\n`).join("");
  writeFileSync(made.list, plain);
  writeFileSync(made.ariaList, plain);
  const hashed = files.map(({ url, sha256 }) => `${url}\n  checksum=sha-256=${sha256}\n`).join("");
  writeFileSync(made.ariaListHashed, hashed);
  return made;
}
