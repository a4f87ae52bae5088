/** How sure we are of the bytes, in words. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { t } from "../words/words.ts";

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
      label: t("Verified {algorithm}", { algorithm }),
      sentence: t("Every byte matches the {algorithm} from {origin}.", { algorithm, origin }),
    };
  }
  if (job.checksum?.state === "unverified") {
    const { reason } = job.checksum;
    return {
      kind: "unverified",
      label: t("Unverified"),
      sentence: t("Unverified – {reason}", { reason }),
    };
  }
  const expected = expectedChecksum(job);
  if (expected !== null) {
    const { algorithm, origin } = expected;
    return {
      kind: "expected",
      label: t("{algorithm} known", { algorithm }),
      sentence: t("Will be compared with the {algorithm} from {origin}.", { algorithm, origin }),
    };
  }
  return { kind: "unknown", label: t("No checksum yet"), sentence: t("Nobody has published a hash so far.") };
}

/** The hash that will be compared, or null. */
export function expectedChecksum(job: JobMessage): { algorithm: string; hex: string; origin: string } | null {
  for (const step of job.steps) if (step.kind === "transfer" && step.checksum !== null) return step.checksum;
  return null;
}
