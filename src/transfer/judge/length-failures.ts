/** Bodies of another length than they were to have. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";

export function truncated(host: string, missing: number): Failure {
  return failure("truncated", `${host} ended the answer ${missing} bytes early.`);
}

export function sentTooMuch(host: string): Failure {
  return failure("bad_response", `${host} sent more bytes than it announced.`);
}

export function otherSize(host: string, expected: number | null): Failure {
  return failure(
    "size_mismatch",
    `The file is to have ${expected} bytes, ${host} has one of another length.`,
  );
}
