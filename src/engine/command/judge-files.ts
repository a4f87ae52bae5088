/** What was found of the files a command should have made → whether they are the right ones. Pure. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { ChecksumState, ExpectedFile } from "../../job/job.ts";

export interface FileFinding {
  bytes: number;
  /** Whether its hash is the published one. */
  verified: boolean;
}

type FilesVerdict = { kind: "done"; files: readonly FileFinding[] } | { kind: "failed"; failure: Failure };

/** @param said lines of `@file NUMBER SIZE|missing HASH|-` */
export function judgeFiles(expects: readonly ExpectedFile[], said: string): FilesVerdict {
  const found = new Map(
    [...said.matchAll(/^@file (\d+) (missing|\d+) (\S+)$/gm)].map(([, index, size = "", hash = "-"]) => [
      Number(index),
      { size, hash },
    ]),
  );
  const files: FileFinding[] = [];
  for (const [index, expected] of expects.entries()) {
    if (expected.name === null) continue;
    const file = found.get(index);
    const path = `${expected.folder.replace(/\/$/, "")}/${expected.name}`;
    if (file === undefined || file.size === "missing")
      return failed("command_failed", `The command ended well, but ${path} is not there.`, MISSING);
    const bytes = Number(file.size);
    const wrong = judgeFile(path, expected, bytes, file.hash);
    if (wrong !== null) return { kind: "failed", failure: wrong };
    files.push({ bytes, verified: expected.checksum !== null && file.hash !== "-" });
  }
  return { kind: "done", files };
}

const MISSING = "Read the log of the job: the tool may have chosen another name or skipped the file.";

function judgeFile(
  path: string,
  { size, checksum }: ExpectedFile,
  bytes: number,
  hash: string,
): Failure | null {
  if (size !== null && bytes !== size)
    return failure("size_mismatch", `${path} has ${bytes} bytes on the instance, expected were ${size}.`, {
      advice: "Delete the file on the instance and retry, or correct the size in the card.",
    });
  if (bytes === 0) return failure("size_mismatch", `${path} is empty on the instance.`, { advice: MISSING });
  if (checksum === null || hash === "-" || hash.toLowerCase() === checksum.hex) return null;
  return failure(
    "checksum_mismatch",
    `${path} has the ${checksum.algorithm} ${hash} on the instance, expected was ${checksum.hex} (${checksum.origin}).`,
    {
      advice:
        "Delete the file on the instance and retry; if it happens again, the link or the hash is wrong.",
    },
  );
}

function failed(code: "command_failed", message: string, advice: string): FilesVerdict {
  return { kind: "failed", failure: failure(code, message, { advice }) };
}

/** What is known of the bytes of a job whose last command made these files. */
export function checksumStateOf(
  allExpected: readonly ExpectedFile[],
  files: readonly FileFinding[],
): ChecksumState {
  const [only, other] = allExpected;
  const [file] = files;
  if (only?.checksum != null && other === undefined && file?.verified === true) {
    const { algorithm, hex, origin } = only.checksum;
    return { kind: "verified", algorithm, hex, origin };
  }
  const verified = files.filter((each) => each.verified).length;
  if (verified === 0) return { kind: "unverified", reason: "no hash is known" };
  return {
    kind: "unverified",
    reason: `the last command's files: ${verified} of ${files.length} have their published hash`,
  };
}
