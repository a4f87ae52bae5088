/** What a download that came whole tells of its file. Pure. */
import type { FileStamp } from "../job/file-stamp.ts";
import { isSameContent } from "../job/file-stamp.ts";
import type { FilePlace, FileRecord } from "../job/file-store-contract.ts";
import type { FileOrigin } from "../job/file-index-contract.ts";
import type { Job, TransferStep } from "../job/job.ts";
import { redactUrl } from "../job/redact.ts";

/**
 * Null for what is no single transfer, or where the file was written to since.
 *
 * @param stamp of the file as it is now
 */
export function recordOfJob(
  job: Job,
  place: FilePlace,
  stamp: FileStamp,
  known: FileRecord | null,
): FileRecord | null {
  const step = transferOf(job);
  const endedAt = job.endedAt ?? job.updatedAt;
  // What was touched after the job had ended may not be what was verified.
  if (step === null || Number(BigInt(stamp.ctimeNs) / 1_000_000n) > endedAt) return null;
  const same = known !== null && isSameContent(known, stamp) ? known : null;
  const verified = verifiedHash(job);
  return {
    ...place,
    ...stamp,
    sha256: verified ?? same?.sha256 ?? null,
    isSure: verified !== null || (same?.isSure === true && same.ctimeNs === stamp.ctimeNs),
    foundAt: same?.foundAt ?? endedAt,
    origin: originOf(job, step),
    check: same?.check ?? null,
  };
}

/** Without the secrets of its address: those go with the job, the file stays for years. */
function originOf({ source }: Job, { url }: TransferStep): FileOrigin {
  return {
    source: source.kind === "url" ? { ...source, url: redactUrl(source.url) } : source,
    url: redactUrl(url),
  };
}

function transferOf({ state, steps }: Job): TransferStep | null {
  const [step, other] = steps;
  return state.kind === "complete" && step?.kind === "transfer" && other === undefined ? step : null;
}

function verifiedHash({ checksumState }: Job): string | null {
  return checksumState?.kind === "verified" && checksumState.algorithm === "sha256"
    ? checksumState.hex.toLowerCase()
    : null;
}
