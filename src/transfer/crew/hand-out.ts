/** Which bytes a connection that is free should fetch next. */
import type { Claim, Claims } from "./claims.ts";
import { pieceBytes } from "./piece-size.ts";

/** An answer that is cut short keeps so much of its way: leaving it costs a new connection. Seconds. */
const KEPT_SECONDS = 2;
/** Nothing is taken from a claim that is done sooner than so many times to first byte. */
const STEAL_ROUNDS = 3;

export interface Circumstances {
  /** Of the connection, or of one like it. Bytes; 0 while unknown. */
  bytesPerSecond: number;
  /** That share what is missing. */
  connections: number;
  /** From request to first byte. Milliseconds. */
  firstByteMs: number;
}

/** What nobody has asked for; else a part of what takes longest. Null: there is nothing worth a request. */
export function handOut(
  claims: Claims,
  { bytesPerSecond, connections, firstByteMs }: Circumstances,
): Claim | null {
  const bytes = pieceBytes(bytesPerSecond, claims.missing, connections);
  const free = claims.take(bytes);
  if (free !== null) return free;
  const freed = claims.cutOpen(Math.max(bytes, bytesPerSecond * KEPT_SECONDS));
  return freed ? claims.take(bytes) : claims.steal(bytesPerSecond, STEAL_ROUNDS * firstByteMs);
}
