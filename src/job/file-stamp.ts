/** What tells a file from what it was: the facts the system keeps of it. Whole numbers as text, they are too long for a number. */
export interface FileStamp {
  device: string;
  inode: string;
  /** Bytes. */
  size: number;
  /** Of the last write; anybody may set it back. */
  mtimeNs: string;
  /** Of the last change of any kind; nobody can set it. Renames, links and rights change it, too. */
  ctimeNs: string;
}

/** As `stat` with `bigint` tells it. */
interface Facts {
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: Facts): FileStamp {
  return {
    device: String(dev),
    inode: String(ino),
    size: Number(size),
    mtimeNs: String(mtimeNs),
    ctimeNs: String(ctimeNs),
  };
}

/**
 * The same file, not written to since as far as its times tell. The device is not asked: after a restart the same
 * disk may have another number.
 */
export function isSameContent(one: FileStamp, other: FileStamp): boolean {
  return one.inode === other.inode && one.size === other.size && one.mtimeNs === other.mtimeNs;
}

/** The same, and nobody can have changed it without leaving a trace. */
export function isUntouched(one: FileStamp, other: FileStamp): boolean {
  return isSameContent(one, other) && one.ctimeNs === other.ctimeNs;
}

/** Epoch milliseconds. */
export function modifiedAt({ mtimeNs }: Pick<FileStamp, "mtimeNs">): number {
  return Number(BigInt(mtimeNs) / 1_000_000n);
}
