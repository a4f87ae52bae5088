import { StoreError } from "./store-error.ts";

/** Conditions of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const UNIQUE_VIOLATION = "23505";
const READ_ONLY_TRANSACTION = "25006";
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";
const DISK_FULL = "53100";
const TOO_MANY_CONNECTIONS = "53300";
const PROGRAM_LIMIT_EXCEEDED = "54000";
const LOCK_NOT_AVAILABLE = "55P03";
const QUERY_CANCELED = "57014";
const IO_ERROR = "58030";
const UNDEFINED_TABLE = "42P01";
const INSUFFICIENT_PRIVILEGE = "42501";
const DATA_CORRUPTED = "XX001";
const INDEX_CORRUPTED = "XX002";

/**
 * The connection is gone, or of no use: the server stops or starts (57P01 to 57P03), its connections are all taken,
 * it ended one that idled in a transaction (25P03), or this is a standby that only reads since a failover.
 */
const LOST = new Set(["57P01", "57P02", "57P03", "25P03", TOO_MANY_CONNECTIONS, READ_ONLY_TRANSACTION]);
/** Class 08 is "connection exception". */
const CONNECTION_CLASS = "08";
/** Errors of sockets and of names: what a restart, a failover or a cable looks like from here. */
const NETWORK = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  // A socket of the file system that is not there while the server is not.
  "ENOENT",
]);
/** pg has no codes for these. */
const LOST_IN_WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|timeout expired)/;

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Whether another connection may do what this one could not. */
export function isLost(error: unknown): boolean {
  // Several addresses were tried.
  if (error instanceof AggregateError) return error.errors.every(isLost);
  const code = codeOf(error);
  if (LOST.has(code) || NETWORK.has(code) || code.startsWith(CONNECTION_CLASS)) return true;
  return code === "" && error instanceof Error && LOST_IN_WORDS.test(error.message);
}

/** Whether the same transaction may succeed when it is begun again. */
export function isCollision(error: unknown): boolean {
  const code = codeOf(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === UNIQUE_VIOLATION;
}

/** What is wrong with the database, in words without secrets; other errors come back as they are. */
export function explain(error: unknown, where: string): unknown {
  if (error instanceof StoreError) return error;
  if (isLost(error)) return unreachable(error, where);
  const code = codeOf(error);
  // 28: who one is; 3D: no such database.
  if (code.startsWith("28") || code.startsWith("3D"))
    return new StoreError(
      "store_refused",
      `The database ${where} does not let this program in (${code}). Look at user, password and database in HAULYARD_DATABASE_URL.`,
      error,
    );
  switch (code) {
    case LOCK_NOT_AVAILABLE:
    case QUERY_CANCELED:
      return new StoreError(
        "store_busy",
        `The database ${where} took too long. Look for a transaction that hangs there.`,
        error,
      );
    case DISK_FULL:
      return new StoreError(
        "no_space",
        `There is no space left for the database ${where}. Free some.`,
        error,
      );
    case PROGRAM_LIMIT_EXCEEDED:
      return new StoreError(
        "store_refused",
        `A path or a name is too long for the database ${where}: some 2,600 bytes are the most.`,
        error,
      );
    case INSUFFICIENT_PRIVILEGE:
      return new StoreError(
        "write_denied",
        `The database ${where} cannot be written. Let the user Haulyard connects as create tables and write there.`,
        error,
      );
    case IO_ERROR:
      return new StoreError(
        "disk_failed",
        `The disk under the database ${where} failed. Look at its health and at the log of PostgreSQL.`,
        error,
      );
    case DATA_CORRUPTED:
    case INDEX_CORRUPTED:
    case UNDEFINED_TABLE:
      return new StoreError(
        "store_damaged",
        `The database ${where} is damaged or not whole. Put a backup in its place.`,
        error,
      );
    default:
      return error;
  }
}

export function unreachable(error: unknown, where: string): StoreError {
  const code = codeOf(error);
  return new StoreError(
    "store_unreachable",
    `The database ${where} cannot be reached${code === "" ? "" : ` (${code})`}. Look at PostgreSQL and the way to it.`,
    error,
  );
}
