/** A line of rclone's JSON log, looked at with suspicion: anything may print a line that begins with a brace. */

export interface RcloneStats {
  bytesDone: number | null;
  bytesTotal: number | null;
  bytesPerSecond: number | null;
  etaSeconds: number | null;
  filesDone: number;
  files: number;
  /** Files being transferred now. */
  underWay: number;
  /** Of the first of them. */
  name: string | null;
}

export interface RcloneLine {
  level: string;
  message: string;
  /** The file it is about. */
  object: string | null;
  stats: RcloneStats | null;
}

export function readRcloneJson(text: string): RcloneLine | null {
  const line = parse(text);
  if (line === null) return null;
  const { level, msg, object, stats } = line;
  if (typeof level !== "string" || typeof msg !== "string") return null;
  return {
    level,
    message: msg.trim(),
    object: typeof object === "string" && object !== "" ? object : null,
    stats: isRecord(stats) ? readStats(stats) : null,
  };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readStats(stats: Record<string, unknown>): RcloneStats {
  const number = (name: string): number | null => {
    const value = stats[name];
    return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
  };
  const speed = number("speed");
  const eta = number("eta");
  const { transferring } = stats;
  return {
    bytesDone: whole(number("bytes")),
    bytesTotal: whole(number("totalBytes")),
    // It measures none in the first second.
    bytesPerSecond: speed === 0 ? null : whole(speed),
    etaSeconds: whole(eta),
    filesDone: whole(number("transfers")) ?? 0,
    files: whole(number("totalTransfers")) ?? 0,
    underWay: Array.isArray(transferring) ? transferring.length : 0,
    name: Array.isArray(transferring) ? nameOf(transferring[0]) : null,
  };
}

function nameOf(transfer: unknown): string | null {
  const name = isRecord(transfer) ? transfer["name"] : null;
  return typeof name === "string" && name !== "" ? name : null;
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
