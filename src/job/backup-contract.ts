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

/** A backup that was checked and goes in the place of what is there when the server starts next. */
export interface WaitingRestore {
  /** When it was made; ISO 8601. */
  createdAt: string;
  /** Of the program that made it. */
  version: string;
  withSecrets: boolean;
  files: number;
  /** Files of it that are not put anywhere. */
  ignored: readonly string[];
}

/** Restores that are asked for while the server works. */
export interface Restores {
  /**
   * Takes a backup in and checks all of it; it replaces one that waits already.
   *
   * @param archive at most `bytes` long, where that is known
   * @throws BackupError; then nothing was changed
   */
  take(
    archive: AsyncIterable<Uint8Array>,
    bytes: number | null,
    signal: AbortSignal,
  ): Promise<WaitingRestore>;
  waiting(): Promise<WaitingRestore | null>;
  /** Answers whether there was one. */
  giveUp(): Promise<boolean>;
}

/** A backup that cannot be made or used, in words for the person who wants it. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}
