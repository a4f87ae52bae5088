/**
 * VM images: what the catalogue offers (entries), what lies in the images folder (files), and what is known of
 * those files besides their bytes (which entry and which build they are).
 */
import type { Failure } from "./failure.ts";
import type { Checksum, ChecksumAlgorithm, TransferStep } from "./job.ts";

/** As catalogues write them (CONTRACT §6). `img` is what publishers call a disk whose format they do not say. */
export const IMAGE_FORMATS = ["qcow2", "raw", "img", "vmdk", "vhd", "vhdx", "iso", "ova"] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** What the first bytes of a file say it is; `unknown` for what no header tells. */
export type ImageType = Exclude<ImageFormat, "img"> | "compressed" | "unknown";

export interface ImageOs {
  /** `linux`, `bsd`, `windows`. */
  family: string;
  /** `ubuntu`, `debian`, `rocky`… */
  distribution: string;
  version: string;
  /** As `uname -m` says it: `x86_64`, `aarch64`. */
  architecture: string;
  defaultUser: string | null;
}

/**
 * How the newest build is found: names in a document, one of which has the highest build in the place of
 * `{build}`. In the other fields `{build}` stands for it.
 */
export interface LatestRule {
  /** A checksum list, or a folder's page. */
  list: string;
  /** A whole name of it with `{build}` in it once: `release-{build}/`. */
  match: string;
  url: string;
  checksumUrl: string | null;
  signatureUrl: string | null;
}

export interface ImageEntry {
  id: string;
  name: string;
  description: string;
  url: string;
  checksum: { algorithm: ChecksumAlgorithm; hex: string } | null;
  /** A document of the publisher's that has the hash of what `url` leads to. */
  checksumUrl: string | null;
  /** A key file (OpenPGP, absolute path) that has to have signed what `checksumUrl` leads to. */
  signedBy: string | null;
  /** A signature beside it; null: it is in the document itself. */
  signatureUrl: string | null;
  os: ImageOs;
  format: ImageFormat;
  /** Bytes of the file, where the catalogue says so. */
  sizeBytes: number | null;
  latest: LatestRule | null;
  /** Which build `url` is, where the catalogue says so. */
  build: string | null;
}

/** An entry that cannot be used, and why. The rest of the catalogue stays usable. */
export interface BadImageEntry {
  /** Null where it has none that can be read. */
  id: string | null;
  /** Dotted path of the field at fault: `os.family`; empty for the entry as a whole. */
  field: string;
  /** Goes on from the field's name. */
  reason: string;
}

export interface ImageCatalogue {
  entries: readonly ImageEntry[];
  bad: readonly BadImageEntry[];
  byId(id: string): ImageEntry | null;
}

/** What is to be fetched for an entry now. */
export interface ResolvedImage {
  entry: ImageEntry;
  /** Null where the publisher counts no builds. */
  build: string | null;
  url: string;
  checksum: Checksum | null;
  sizeBytes: number | null;
  /** In the images folder. */
  fileName: string;
}

export type ImageResolution =
  | { kind: "resolved"; image: ResolvedImage }
  | { kind: "failed"; failure: Failure }
  | { kind: "aborted" };

/** What is remembered of a file for longer than its job is. */
export interface ImageNote {
  imageId: string;
  build: string | null;
  /** What it was fetched to be. */
  checksum: Checksum | null;
  /** The bytes were held against it when they came. */
  verified: boolean;
  /** Epoch milliseconds. */
  at: number;
}

export interface ImageFile {
  /** Below the images folder, with forward slashes. */
  filepath: string;
  /** Absolute. */
  path: string;
  /** Bytes. */
  size: number;
  modifiedAt: number;
  type: ImageType;
  /** Bytes of the disk that a machine sees; null where the header does not say, or there is none. */
  virtualSize: number | null;
  /** Of the bytes as they are; null as long as they were not read. */
  hashes: Readonly<Partial<Record<ChecksumAlgorithm, string>>> | null;
  note: ImageNote | null;
  /** The entry of the catalogue that it is by its hash, where no note says. */
  matches: string | null;
}

export interface ImageFolder {
  files: readonly ImageFile[];
  /** What could not be looked at, and why: sentences. */
  troubles: readonly string[];
}

export interface ImageUpdate {
  build: string | null;
  url: string;
}

/** What is in the images folder, what could be, and how one becomes the other. */
export interface ImageLibrary {
  /** Absolute. */
  readonly folder: string;
  /** @throws CatalogueError if the file as a whole cannot be used */
  catalogue(): Promise<ImageCatalogue>;
  /** Cheap: files that have not changed are not read again. */
  files(): Promise<ImageFolder>;
  resolve(entry: ImageEntry, signal: AbortSignal): Promise<ImageResolution>;
  /** What the last look at the publisher's said that is newer than what is here; null: nothing that is known. */
  updateOf(imageId: string): ImageUpdate | null;
  /** Asks the publishers of all images that are here now. Answers those whom nobody could ask. */
  checkUpdates(signal: AbortSignal): Promise<{ imageId: string; failure: Failure }[]>;
  /** A file came whole: what it is shall be known when its job is forgotten. Deletes older builds, if set so. */
  keep(path: string, note: Omit<ImageNote, "at">): Promise<void>;
  /** Deletes a file of the folder. False if it is not there. */
  remove(filepath: string): Promise<boolean>;
  /** The step that fetches an image from an address, and nothing about a catalogue. */
  importStep(request: ImportRequest): ImportOutcome;
  /** Hashes files and looks for updates, until it is stopped. */
  start(): void;
  stop(): Promise<void>;
}

export interface ImportRequest {
  name: string;
  url: string;
  checksum: { algorithm: ChecksumAlgorithm; hex: string } | null;
}

export type ImportOutcome =
  | { kind: "step"; step: TransferStep & { name: string } }
  | { kind: "refused"; field: string; failure: Failure };
