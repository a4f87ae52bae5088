/** Which bytes of a file are here, and which connection fetches which. */

/** What one connection has asked for, and how far it is. Bytes. */
export interface FetchedRange {
  start: number;
  /** Where its next byte belongs. */
  position: number;
  /** First byte that is not its own. */
  end: number;
  /** Null while nobody can tell. */
  bytesPerSecond: number | null;
}

export interface FileMap {
  /** Null while unknown. */
  size: number | null;
  /** In order, without gaps between neighbours; ends are exclusive. */
  done: readonly (readonly [start: number, end: number])[];
  /** Empty where nobody fetches, or one connection alone, which goes on where the bytes end. */
  fetching: readonly FetchedRange[];
}
