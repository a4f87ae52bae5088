/** Errors of sockets, TLS and the HTTP client, in words people understand. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { redactText } from "../../job/redact.ts";
import { PRIVATE_NAME, RESTRICTED_NAME } from "../reach/name-lookup.ts";

/** What may be read off an error without knowing its class. */
interface ErrorLike {
  code?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** @param host as shown to people: name and port, no secrets */
export function classifyNetworkError(error: unknown, host: string): Failure {
  for (const { code, message } of chain(error)) {
    const found = byCode(code, message, host);
    if (found !== null) return found;
  }
  const said = redactText(String((error as ErrorLike | null)?.message ?? error));
  return failure("connection_lost", `The connection to ${host} failed: ${said}.`);
}

/** The error, its causes and the errors it gathers (happy eyeballs: one per address), outermost first. */
function chain(error: unknown, depth = 0): { code: string; message: string }[] {
  if (typeof error !== "object" || error === null || depth > 5) return [];
  const { code, message, cause, errors } = error as ErrorLike;
  const own = typeof code === "string" ? [{ code, message: typeof message === "string" ? message : "" }] : [];
  const gathered = Array.isArray(errors) ? errors.flatMap((one) => chain(one, depth + 1)) : [];
  return [...own, ...chain(cause, depth + 1), ...gathered];
}

function byCode(code: string, message: string, host: string): Failure | null {
  switch (code) {
    case RESTRICTED_NAME:
      return restrictedPlace(host);
    case PRIVATE_NAME:
      return privatePlace(host);
    case "ENOTFOUND":
      return failure("dns_failed", `No address is known for ${host}.`);
    case "EAI_AGAIN":
    case "EAI_FAIL":
    case "ESERVFAIL":
    case "ETIMEOUT":
    case "EDNS":
      return failure(
        "dns_failed",
        `The name of ${host} could not be looked up: the name server does not answer.`,
      );
    case "ECONNREFUSED":
      return failure("connection_failed", `${host} refuses connections.`);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
    case "ENETDOWN":
      return failure("connection_failed", `There is no way to ${host} from this machine (${code}).`);
    case "ETIMEDOUT":
      return failure("connection_failed", `${host} did not take the connection in time.`);
    case "ECONNRESET":
    case "EPIPE":
    case "ECONNABORTED":
      return failure("connection_lost", `${host} reset the connection.`);
    case "PROXY_REFUSED":
      return failure("connection_failed", `There is no tunnel to ${host}: ${redactText(message)}.`);
  }
  return isTlsCode(code)
    ? failure("tls_failed", `TLS with ${host} failed: ${redactText(message)} (${code}).`)
    : null;
}

/** A public server names an address of this machine or of the networks around it. */
/** Whoever asked may reach public servers only. */
export function restrictedPlace(host: string): Failure {
  return failure(
    "place_refused",
    `${host} is this machine or in a private network, which only admins may ask for.`,
  );
}

export function privatePlace(host: string): Failure {
  return failure(
    "redirect_refused",
    `The way leads from a public server to ${host}, which is in a private network.`,
    {
      advice:
        "If it is meant to, set HAULYARD_PRIVATE_REDIRECTS=allow, or give the address itself to be fetched.",
    },
  );
}

function isTlsCode(code: string): boolean {
  return (
    /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH)/.test(
      code,
    ) || code === "EPROTO"
  );
}
