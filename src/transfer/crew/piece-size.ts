/** How much one connection asks for at a time. Pure. */

const MiB = 1024 * 1024;
/** A request costs a round trip in which nothing comes: over a long link, smaller pieces would be mostly that. */
const LEAST_BYTES = MiB;
/** As much as a connection may lose to a kill (CONTRACT §7.3), and the hash, which needs bytes in order, waits for. */
const MOST_BYTES = 64 * MiB;
/** So long a piece takes at the speed of its connection: many round trips, few of them wasted. Seconds. */
const PIECE_SECONDS = 2;
/** While the speed is unknown: what served well at 20 MB/s as at 1 GB/s (PERFORMANCE.md). */
const FIRST_BYTES = 16 * MiB;
/** Each connection gets so many pieces of what is missing: then they end at about the same time. */
const PIECES_EACH = 2;

/**
 * @param bytesPerSecond of one connection; 0 while unknown
 * @param missing bytes of the file still to come
 * @param connections that share them
 */
export function pieceBytes(bytesPerSecond: number, missing: number, connections: number): number {
  const bySpeed = bytesPerSecond === 0 ? FIRST_BYTES : bytesPerSecond * PIECE_SECONDS;
  const byShare = missing / (connections * PIECES_EACH);
  return Math.round(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.min(bySpeed, byShare))));
}
