/** How sure we are of the bytes, in words. */
import type { JobMessage } from "../../../src/wire/job-message.ts";

export interface ChecksumWords {
  kind: "verified" | "unverified" | "expected" | "unknown";
  /** A word or two for a badge. */
  label: string;
  /** The whole sentence for a tooltip and the details. */
  sentence: string;
}

/** What is known of the checksum: the outcome once there is one, else what will be compared. */
export function checksumWords(job: JobMessage): ChecksumWords {
  if (job.checksum?.state === "verified") {
    const { algorithm, origin } = job.checksum;
    return {
      kind: "verified",
      label: `Verified ${algorithm}`,
      sentence: `Every byte matches the ${algorithm} from ${origin}.`,
    };
  }
  if (job.checksum?.state === "unverified") {
    return { kind: "unverified", label: "Unverified", sentence: `Unverified – ${job.checksum.reason}` };
  }
  const expected = expectedChecksum(job);
  if (expected !== null) {
    return {
      kind: "expected",
      label: `${expected.algorithm} known`,
      sentence: `Will be compared with the ${expected.algorithm} from ${expected.origin}.`,
    };
  }
  return { kind: "unknown", label: "No checksum yet", sentence: "Nobody has published a hash so far." };
}

/** The hash that will be compared, or null. */
export function expectedChecksum(job: JobMessage): { algorithm: string; hex: string; origin: string } | null {
  for (const step of job.steps) if (step.kind === "transfer" && step.checksum !== null) return step.checksum;
  return null;
}
