/** What a backup is: a tar.gz of a manifest and the files it names. Versions are added, never changed. */

/** A program of today reads backups of this version and of those before it. */
export const FORMAT = 1;

export const MANIFEST = "manifest.json";
export const DATABASE = "haulyard.db";
export const CONFIG = "haulyard.config.json";
/** Cards lie below; everything else is at the top. */
export const CARDS = "cards/";

/** The files a backup may have, and whether they are secrets as a whole. What else an archive names is refused. */
export const NAMES: Readonly<Record<string, { secret: boolean }>> = {
  [DATABASE]: { secret: false },
  known_hosts: { secret: false },
  "images.json": { secret: false },
  "model_configs.json": { secret: false },
  image_catalog: { secret: false },
  [CONFIG]: { secret: false },
  token: { secret: true },
};

/** A manifest of 20,000 cards has 3 MB. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
/** Cards of a folder; a few hundred are many. */
export const MAX_CARDS = 10_000;
/** A card is a page of text. */
export const MAX_CARD_BYTES = 1024 * 1024;
/** Catalogues, known hosts, settings: the largest catalogue we know has 2 MB. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024;

export interface BackedUp {
  /** In the archive. */
  name: string;
  bytes: number;
  sha256: string;
}

export interface Manifest {
  format: number;
  /** Of the program that made it. */
  version: string;
  /** ISO 8601. */
  createdAt: string;
  withSecrets: boolean;
  files: readonly BackedUp[];
  /** What is left out because it is, or may hold, secrets: tables and files. */
  leftOut: readonly string[];
}

/** Whether a backup may have a file of this name: names come from an archive that anybody may have made. */
export function isBackupName(name: string): boolean {
  return Object.hasOwn(NAMES, name) || isCardName(name);
}

/** `cards/sdxl/base.md`: no part begins with a dot, so none leads out of the folder. */
function isCardName(name: string): boolean {
  if (!name.startsWith(CARDS) || name.length > 1024) return false;
  const parts = name.slice(CARDS.length).split("/");
  return name.endsWith(".md") && parts.every((part) => /^[^.\\/\p{Cc}][^\\/\p{Cc}]*$/u.test(part));
}
