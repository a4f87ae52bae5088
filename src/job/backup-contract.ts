/** What the server asks of whoever makes backups. */

export interface MadeBackup {
  /** A tar.gz. It is made as it is read. */
  archive: AsyncIterable<Uint8Array>;
  /** Removes what lies on the disk for it; to be called when the archive was read or is not wanted. */
  discard(): Promise<void>;
}

/**
 * A backup of the server as it is now.
 *
 * @throws BackupError
 */
export type MakeBackup = (withSecrets: boolean) => Promise<MadeBackup>;

/** A backup that cannot be made or used, in words for the person who wants it. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}
