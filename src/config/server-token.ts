/** The token of a server that others can reach: given, or made once and kept in `<data>/token`. */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { join } from "node:path";
import { makeFoldersNow } from "../disk/make-folders.ts";
import { token as tokenKind } from "./kinds.ts";
import type { Settings } from "./settings-table.ts";

/** 256 bits: cannot be guessed, and short enough to be copied. */
const TOKEN_BYTES = 32;
/** Readable by nobody but the user Haulyard runs as. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

export type TokenOutcome =
  /** Loopback: whoever can reach the server is this machine. */
  | { kind: "not_needed" }
  | { kind: "given"; token: string }
  /** From the file; `fresh`: made just now, worth telling where it is. */
  | { kind: "kept"; token: string; file: string; fresh: boolean }
  | { kind: "bad"; problem: string };

/** What clients have to show. Makes the file if it is needed and there is none. */
export function ensureServerToken({
  token,
  host,
  data,
  auth,
}: Pick<Settings, "token" | "host" | "data" | "auth">): TokenOutcome {
  if (token !== null) return { kind: "given", token };
  if (auth === "auto" && isLoopbackAddress(host)) return { kind: "not_needed" };
  const file = join(data, "token");
  try {
    makeFoldersNow(data, PRIVATE_FOLDER);
    const fresh = writeNew(file, randomBytes(TOKEN_BYTES).toString("base64url"));
    const kept = readFileSync(file, "utf8").trim();
    const checked = tokenKind.read(kept, { folder: data, home: null });
    if (checked === undefined)
      return {
        kind: "bad",
        problem: `${file}: expected ${tokenKind.expects}; delete the file to have one made.`,
      };
    // Somebody may have written or copied it with the usual rights.
    chmodSync(file, PRIVATE_FILE);
    return { kind: "kept", token: checked, file, fresh };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return {
      kind: "bad",
      problem: `HAULYARD_TOKEN: not set, needed to listen on ${host}, and ${file} cannot be written (${why}).`,
    };
  }
}

/** True for addresses that only this machine can reach. */
export function isLoopbackAddress(host: string): boolean {
  if (isIPv4(host)) return host.startsWith("127.");
  if (isIPv6(host)) return /^(?:0*:)*:?(?:0*:)*0*1$/.test(host) || /^::ffff:127\./i.test(host);
  return host.toLowerCase() === "localhost";
}

/** False if the file was there already, made by an earlier start or by another process right now. */
function writeNew(file: string, text: string): boolean {
  if (existsSync(file)) return false;
  // Whole before it has its name: another process that starts now reads all of it, or makes it itself.
  const temp = `${file}.${process.pid}.tmp`;
  const handle = openSync(temp, "w", PRIVATE_FILE);
  try {
    writeSync(handle, `${text}\n`);
    fsyncSync(handle);
    linkSync(temp, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    closeSync(handle);
    unlinkSync(temp);
  }
}
