/** Errors in the words of the Connect protocol, as clients of old system A know them. Pure. */
import type { ConnectErrorMessage } from "../wire/error-message.ts";
import type { ErrorCode } from "./error-table.ts";
import { statusOfCode } from "./error-table.ts";

type ConnectCode = ConnectErrorMessage["code"];

/** connectrpc.com/docs/protocol, "Error codes": each code has its HTTP status. */
const STATUS: Readonly<Record<ConnectCode, number>> = {
  invalid_argument: 400,
  failed_precondition: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  aborted: 409,
  resource_exhausted: 429,
  internal: 500,
  unavailable: 503,
};

const BY_STATUS: Readonly<Record<number, ConnectCode>> = {
  401: "unauthenticated",
  403: "permission_denied",
  404: "not_found",
  409: "aborted",
  422: "failed_precondition",
  429: "resource_exhausted",
  500: "internal",
  503: "unavailable",
};

export function toConnectError(code: ErrorCode): { code: ConnectCode; status: number } {
  const known = code === "already_exists" ? code : (BY_STATUS[statusOfCode(code)] ?? "invalid_argument");
  return { code: known, status: STATUS[known] };
}
