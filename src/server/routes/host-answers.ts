/** What hosts answer → answers of routes, or the errors in their place. */
import type { HostRefusal, KeyOutcome } from "../../job/host-contract.ts";
import type { Host } from "../../job/host.ts";
import type { HostKeyQuestion } from "../../job/job-state.ts";
import type { NoAnswer } from "../../job/run-contract.ts";
import { RequestError } from "../request-error.ts";

export function noSuchHost(): RequestError {
  return new RequestError("not_found", "There is no host with this id; GET /hosts lists them.", "id");
}

export function refusedHost({ field, reason }: HostRefusal): RequestError {
  return new RequestError("bad_request", reason, field);
}

export function takenBy({ label, id }: Host): RequestError {
  return new RequestError(
    "conflict",
    `ssh_connection leads to a host that is kept already: ${label} (${id}).`,
    "ssh_connection",
  );
}

/** Why a host gave no answer. */
export function noAnswer(answer: NoAnswer): RequestError {
  switch (answer.kind) {
    case "failed": {
      const { code, message, advice } = answer.failure;
      return new RequestError(code, `${message} ${advice}`);
    }
    case "asked":
      return new RequestError("host_verification_needed", verificationWords(answer.question));
    case "stopped":
      return new RequestError("unavailable", "The host was not asked to the end: the request was given up.");
    default:
      throw answer satisfies never;
  }
}

export function verificationWords({ kind, host, port }: HostKeyQuestion): string {
  return kind === "host_key_changed"
    ? `The host key of ${host}:${port} has changed. Nothing is sent there before a person has looked at the new one and named its fingerprint.`
    : `The host key of ${host}:${port} is not known yet: a person has to look at it and accept it first.`;
}

/** What became of an answer about keys, or why it was not taken; `nothing_asked` is for the caller. */
export function answeredJobs(outcome: Exclude<KeyOutcome, { kind: "nothing_asked" }>): string[] {
  switch (outcome.kind) {
    case "answered":
      return [...outcome.jobs];
    case "unknown":
      throw noSuchHost();
    case "refused":
      throw new RequestError(
        outcome.why === "fingerprint_needed" ? "bad_request" : "conflict",
        outcome.reason,
        outcome.why === "damaged" ? null : "fingerprint",
      );
    default:
      throw outcome satisfies never;
  }
}

export function nothingAsked(): RequestError {
  return new RequestError(
    "conflict",
    "No key of this host was shown yet that could be accepted or rejected: ask with accept: false first.",
    "accept",
  );
}
