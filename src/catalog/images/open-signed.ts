/**
 * OpenPGP signatures (RFC 9580), checked by GnuPG's `gpgv`: it does nothing else, and is on every Debian and Ubuntu
 * (decision 018).
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailureCode } from "../../job/failure.ts";
import { codeOf } from "../error-code.ts";

export type Opened =
  | { kind: "signed"; bytes: Uint8Array }
  /** `reason` goes on from the name of the document. */
  | { kind: "refused"; code: FailureCode; reason: string; advice: string }
  | { kind: "aborted" };

/** A check takes some milliseconds; one that takes longer hangs. */
const TIMEOUT_MS = 20_000;
/** A keyring of a distribution has some ten keys. */
const MAX_KEY_BYTES = 4 * 1024 * 1024;

/**
 * What of a text is signed by one of the keys.
 *
 * @param signature null where it is in the text itself
 */
export async function openSigned(
  text: Uint8Array,
  signature: Uint8Array | null,
  keyFile: string,
  signal: AbortSignal,
): Promise<Opened> {
  const keys = await readKeys(keyFile);
  if (keys === null)
    return refused(
      "unsupported",
      `cannot be held against ${keyFile}: there is no OpenPGP key in it`,
      KEY_ADVICE,
    );
  const folder = await mkdtemp(join(tmpdir(), "haulyard-signed-"));
  const at = (name: string): string => join(folder, name);
  try {
    await writeFile(at("keys.gpg"), keys);
    await writeFile(at("text"), text);
    if (signature !== null) await writeFile(at("signature"), signature);
    const files = signature === null ? ["--output", at("opened"), at("text")] : [at("signature"), at("text")];
    // Its own folder: no keys of the user's count.
    const args = ["--homedir", folder, "--keyring", at("keys.gpg"), ...files];
    const ran = await run(args, signal);
    if (ran === "aborted") return { kind: "aborted" };
    if (ran === "missing")
      return refused("tool_missing", "is to be held against a key, and there is no gpgv", TOOL_ADVICE);
    if (ran === "refused")
      return refused("checksum_mismatch", `is not signed by a key of ${keyFile}`, SIGNATURE_ADVICE);
    return { kind: "signed", bytes: signature === null ? await readFile(at("opened")) : text };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const KEY_ADVICE = "Give the file of the publisher's public key in signed_by.";
const TOOL_ADVICE = "Install the package gpgv, or leave signed_by out of the catalogue's entry.";
const SIGNATURE_ADVICE =
  "Compare the key with the one its publisher shows; do not use the image if they are the same.";

function refused(code: FailureCode, reason: string, advice: string): Opened {
  return { kind: "refused", code, reason, advice };
}

function run(
  args: readonly string[],
  signal: AbortSignal,
): Promise<"good" | "refused" | "missing" | "aborted"> {
  return new Promise((resolve) => {
    execFile("gpgv", args, { signal, timeout: TIMEOUT_MS, windowsHide: true }, (error) => {
      if (error === null) resolve("good");
      else if (signal.aborted) resolve("aborted");
      else resolve(codeOf(error) === "ENOENT" ? "missing" : "refused");
    });
  });
}

/** The keys as `gpgv` takes them: binary. What is written in letters (RFC 9580 §6.2) is turned into it. */
async function readKeys(file: string): Promise<Uint8Array | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null || bytes.length === 0 || bytes.length > MAX_KEY_BYTES) return null;
  // RFC 9580 §4.2: the first bit of a packet is set; letters have it clear.
  if (((bytes[0] ?? 0) & 0x80) !== 0) return bytes;
  const blocks = bytes
    .toString("latin1")
    .matchAll(
      /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\n]*:[^\n]*\n)*\s*\n([A-Za-z0-9+/=\s]+?)(?:=[A-Za-z0-9+/]{4}\s+)?-----END PGP PUBLIC KEY BLOCK-----/g,
    );
  const keys = [...blocks].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
  return keys.length === 0 ? null : Buffer.concat(keys);
}
