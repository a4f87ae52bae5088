import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import type { ObjectFacts } from "./object-facts.ts";

/** Does the answer speak of the object the step asks for? What can be known early is told before gigabytes came. */
export function checkExpectations(
  step: Pick<TransferStep, "size" | "checksum">,
  { url, published }: FinalAnswer,
  facts: ObjectFacts,
): Failure | null {
  if (step.size !== null && facts.size !== null && step.size !== facts.size) {
    return failure(
      "size_mismatch",
      `The file is to have ${step.size} bytes, ${url.host} has one of ${facts.size}.`,
    );
  }
  if (published.size !== null && facts.size !== null && published.size !== facts.size) {
    const message = `The file was announced with ${published.size} bytes, ${url.host} has one of ${facts.size}.`;
    return failure("size_mismatch", message);
  }
  const { checksum } = step;
  // Digest headers are often made by the wrong layer; this one is the store's own key for the bytes.
  const key = published.checksum?.origin === "X-Linked-Etag" ? published.checksum : null;
  if (checksum === null || key === null || key.algorithm !== checksum.algorithm) return null;
  if (key.hex === checksum.hex) return null;
  return failure(
    "checksum_mismatch",
    `The file is to have the ${checksum.algorithm} ${checksum.hex} (${checksum.origin}), ` +
      `the server has one with ${key.hex}.`,
  );
}
