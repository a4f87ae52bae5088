import { isAbsolute } from "node:path";
import type { Failure } from "../job/failure.ts";
import { partialSuffixOf } from "../job/file-name.ts";
import { failure } from "../job/failure.ts";
import type { TransferStep } from "../job/job.ts";
import type { Linking } from "../job/linking.ts";
import { addressesOf } from "../job/mirrors.ts";
import { redactUrl } from "../job/redact.ts";
import { refuseHex } from "../job/checksum/refuse-hex.ts";

/** Longest final name in bytes that leaves room for what is put beside it (`.part.json.tmp`) below 255. */
const MAX_FINAL_NAME_BYTES = 241;

/** What is wrong with a step before anything is done, or null. */
export function checkStep(step: TransferStep): Failure | null {
  const { folder, name, checksum } = step;
  for (const address of addressesOf(step)) {
    const wrong = checkAddress(address);
    if (wrong !== null) return wrong;
  }
  if (!isAbsolute(folder)) {
    return failure("path_refused", `The folder ${JSON.stringify(folder)} is not an absolute path.`);
  }
  if (name !== null) {
    const refusal = refuseName(name);
    if (refusal !== null) return failure("path_refused", `${JSON.stringify(name)} ${refusal}.`);
  }
  if (step.linking !== undefined && !pathsIn(step.linking).every(isAbsolute))
    return failure("path_refused", `A link to ${JSON.stringify(name)} has no absolute path.`);
  const hex = checksum === null ? null : refuseHex(checksum.algorithm, checksum.hex);
  return hex === null ? null : failure("unsupported", hex, { advice: "Correct the hash, or leave it out." });
}

function pathsIn({ links, mark }: Linking): string[] {
  return mark === null ? [...links] : [...links, mark.path, mark.folder];
}

function checkAddress(url: string): Failure | null {
  if (!URL.canParse(url)) {
    return failure("unsupported", `${JSON.stringify(redactUrl(url))} is not an address.`);
  }
  const { protocol } = new URL(url);
  if (protocol === "http:" || protocol === "https:") return null;
  return failure("unsupported", `Addresses of the kind ${protocol} cannot be fetched.`);
}

function refuseName(name: string): string | null {
  if (name === "" || name === "." || name === "..") return "is not a file name";
  if (name.includes("/") || name.includes("\0")) return "is not a file name: it holds a slash";
  if (Buffer.byteLength(name) > MAX_FINAL_NAME_BYTES) return `is longer than ${MAX_FINAL_NAME_BYTES} bytes`;
  const suffix = partialSuffixOf(name);
  return suffix === null ? null : `ends in ${suffix}, which partial files are called`;
}
