/**
 * What one machine asks of another is signed with the secret that all have from their database. A signature opens one
 * file of one job, for a day: whoever reads it on the wire could have read the file.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../job/clock.ts";
import type { JobId } from "../job/job.ts";
import type { SharingStore, SignRequest } from "../job/sharing/sharing-contract.ts";

/** A file may take hours, and connections are opened all the while. */
const VALID_MS = 24 * 3_600_000;
/** Nothing signs for longer than that; more is allowed for the drift of clocks. */
const MOST_MS = VALID_MS + 3_600_000;

const SCHEME = "Haulyard";
const FORM = new RegExp(`^${SCHEME} (\\d{1,16})\\.([0-9a-f]{64})$`);

export interface SignParts {
  sharing: Pick<SharingStore, "secret">;
  clock: Clock;
}

/** The value of `Authorization`. */
export function createSigner({ sharing, clock }: SignParts): SignRequest {
  let secret: string | null = null;
  return async (job, step) => {
    secret ??= await sharing.secret();
    const until = clock.now() + VALID_MS;
    return `${SCHEME} ${until}.${signatureOf(secret, job, step, until)}`;
  };
}

/** Whether this is a signature for this very file that still holds. */
export function isSigned(
  authorization: string | undefined,
  { job, step, secret, now }: { job: JobId; step: number; secret: string; now: number },
): boolean {
  const [, until = "", signature = ""] = FORM.exec(authorization ?? "") ?? [];
  const right = signatureOf(secret, job, step, Number(until));
  const isRight =
    signature.length === right.length && timingSafeEqual(Buffer.from(signature), Buffer.from(right));
  return isRight && Number(until) > now && Number(until) <= now + MOST_MS;
}

function signatureOf(secret: string, job: JobId, step: number, until: number): string {
  return createHmac("sha256", Buffer.from(secret, "hex"))
    .update(`haulyard-shared-file\n${job}\n${step}\n${until}`)
    .digest("hex");
}
