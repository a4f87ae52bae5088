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

/** What a file of the folder is, as far as it is known besides its bytes. Outlives the job that fetched it. */
export interface ImageNote {
  imageId: string;
  build: string | null;
  /** What it has to be. */
  checksum: Checksum | null;
  /** Its bytes were held against it. */
  verified: boolean;
}

/** `damaged`: the bytes are not those they have to be. */
export type FileChecksum =
  | { kind: "verified"; checksum: Checksum }
  | { kind: "unverified"; reason: string }
  | { kind: "damaged"; reason: string };

export interface ImageFile {
  /** Below the images folder, with forward slashes: its name to those who ask. */
  filepath: string;
  /** Absolute. */
  path: string;
  /** Bytes. */
  size: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
  type: ImageType;
  /** Bytes of the disk that a machine sees; null where the header does not say, or there is none. */
  virtualSize: number | null;
  /** Of the bytes as they are, as far as they were read. */
  hashes: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  /** Null for a stranger: nobody noted it, and no entry has its hash. */
  note: ImageNote | null;
  checksum: FileChecksum;
}

export interface ImageFolder {
  files: readonly ImageFile[];
  /** What could not be looked at, and why: sentences. */
  troubles: readonly string[];
}

/** What the publisher has that is newer than what is here. */
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
  /** What is to be fetched for an entry now. Asks its publisher. */
  resolve(entry: ImageEntry, signal: AbortSignal): Promise<ImageResolution>;
  /** The step that fetches an image from an address, in no catalogue. */
  planImport(request: ImportRequest): Promise<ImportOutcome>;
  /** A file came whole. Deletes builds of the same image that are too old to be kept. */
  noteFile(path: string, note: ImageNote): Promise<void>;
  /** Deletes a file of the folder. False if there is none of this name. */
  remove(filepath: string): Promise<boolean>;
  /** As the last look said. */
  updateOf(imageId: string): ImageUpdate | null;
  /** Asks the publishers of all images that are here. Answers those who could not be asked. */
  checkUpdates(signal: AbortSignal): Promise<{ imageId: string; failure: Failure }[]>;
  /** Reads files and looks for updates now and then, until it is stopped. */
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
