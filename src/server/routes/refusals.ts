import type { ActOutcome } from "../../engine/engine-contract.ts";
import type { Job } from "../../job/job.ts";
import type { Refusal } from "../../job/catalog-contract.ts";
import { redactText } from "../../job/redact.ts";
import { RequestError } from "../request-error.ts";

/**
 * The job something was done to; throws the answer for one that is unknown or refuses.
 *
 * @param field as the request calls its id
 */
export function jobOf(outcome: ActOutcome, field = "id"): Job {
  switch (outcome.kind) {
    case "done":
      return outcome.job;
    case "unknown":
      throw noSuchJob(field);
    case "refused":
      throw new RequestError("conflict", asSentence(outcome.refusal));
    default:
      throw outcome satisfies never;
  }
}

/** A source that cannot be planned. */
export function refusalError({ field, failure, page }: Refusal): RequestError {
  const { code, message, advice } = failure;
  return new RequestError(code, redactText(message), field, {
    advice,
    ...(page == null ? {} : { page }),
  });
}

export function noSuchJob(field = "id"): RequestError {
  return new RequestError("not_found", `There is no job with this ${field}.`, field);
}

/** The rules refuse in half a sentence. */
export function asSentence(refusal: string): string {
  return `${refusal.charAt(0).toUpperCase()}${refusal.slice(1)}.`;
}
