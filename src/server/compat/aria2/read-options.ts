/** Options of `aria2.addUri` as parts of a request for a job. */
import { refuseHex } from "../../../job/checksum/refuse-hex.ts";
import type { Checksum, ChecksumAlgorithm, JobId } from "../../../job/job.ts";
import { jobIdFor, readNewGid } from "./gid.ts";
import { badOption, isOn, optionLines, optionOf, readLimit } from "./option-value.ts";
import type { Struct } from "./read-params.ts";

export interface AddOptions {
  /** Folder, without a slash at its end; null: the downloads folder. */
  dir: string | null;
  /** Name of the file, or a path below the folder. */
  out: string | null;
  headers: Record<string, string>;
  checksum: Checksum | null;
  limitBytesPerSecond: number | null;
  replace: boolean;
  /** It is to wait until somebody lets it go on. */
  paused: boolean;
  /** Of the GID that was chosen for it, if one was. */
  id: JobId | null;
}

/**
 * Options that are not kept to here, and without which the download would not be what was asked for: another way
 * through the network, other files read, nothing fetched. What merely tunes (`split`, `min-split-size`) is not looked at.
 */
const REFUSED: Readonly<Record<string, string>> = {
  "all-proxy": "proxies are set for the whole server, with HTTPS_PROXY and NO_PROXY",
  "http-proxy": "proxies are set for the whole server, with HTTPS_PROXY and NO_PROXY",
  "https-proxy": "proxies are set for the whole server, with HTTPS_PROXY and NO_PROXY",
  "load-cookies": "files of this machine are not read; give the cookies as a header",
};
/** The same, where they are switched on. */
const REFUSED_IF_ON: Readonly<Record<string, string>> = {
  "dry-run": "a download is fetched or not added",
  "hash-check-only": "a download is fetched or not added",
  "parameterized-uri": "give each address by itself",
};

export function readAddOptions(options: Struct, uri: string | null): AddOptions {
  for (const [name, why] of Object.entries(REFUSED)) {
    if (optionOf(options, name) !== null) throw badOption(name, why);
  }
  for (const [name, why] of Object.entries(REFUSED_IF_ON)) {
    if (isOn(options, name)) throw badOption(name, why);
  }
  return {
    dir: optionOf(options, "dir")?.replace(/(?<=.)\/+$/, "") ?? null,
    out: optionOf(options, "out"),
    headers: readHeaders(options, uri),
    checksum: readChecksum(options),
    limitBytesPerSecond: readLimit(options, "max-download-limit") ?? null,
    replace: isOn(options, "allow-overwrite"),
    paused: isOn(options, "pause"),
    id: readId(options),
  };
}

/** What every transfer says by itself, and browsers' add-ons repeat from the request they saw. */
const OWN_HEADERS = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "content-type",
  "host",
  "if-range",
  "keep-alive",
  "proxy-connection",
  "range",
  "te",
  "transfer-encoding",
  "upgrade",
]);

function readHeaders(options: Struct, uri: string | null): Record<string, string> {
  /** By name in lower case: the one given last counts. */
  const headers = new Map<string, [name: string, value: string]>();
  const add = (name: string, value: string): unknown => headers.set(name.toLowerCase(), [name, value]);
  const referer = optionOf(options, "referer");
  // aria2c(1): "If * is given, the download URI is also used as the referer."
  if (referer !== null) add("Referer", referer === "*" ? (uri ?? "") : referer);
  const agent = optionOf(options, "user-agent");
  if (agent !== null) add("User-Agent", agent);
  const user = optionOf(options, "http-user");
  if (user !== null) add("Authorization", basic(user, optionOf(options, "http-passwd") ?? ""));
  for (const line of optionLines(options, "header")) {
    const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw badOption("header", "it must be 'Name: value'");
    if (!OWN_HEADERS.has(name.toLowerCase())) add(name, value);
  }
  return Object.fromEntries(headers.values());
}

/** RFC 7617 §2. */
function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

const ALGORITHMS: Readonly<Record<string, ChecksumAlgorithm>> = {
  "sha-512": "sha512",
  "sha-256": "sha256",
  "sha-1": "sha1",
  md5: "md5",
};

function readChecksum(options: Struct): Checksum | null {
  const text = optionOf(options, "checksum");
  if (text === null) return null;
  const [, type = "", hex = ""] = /^([a-z0-9-]+)=(.*)$/i.exec(text) ?? [];
  const algorithm = Object.hasOwn(ALGORITHMS, type.toLowerCase())
    ? ALGORITHMS[type.toLowerCase()]
    : undefined;
  if (algorithm === undefined || refuseHex(algorithm, hex) !== null)
    throw badOption("checksum", "it must be sha-256=…, sha-512=…, sha-1=… or md5=… with all of its digits");
  return { algorithm, hex: hex.toLowerCase(), origin: "request" };
}

function readId(options: Struct): JobId | null {
  const text = optionOf(options, "gid");
  if (text === null) return null;
  const gid = readNewGid(text);
  if (gid === null) throw badOption("gid", "it must be 16 hexadecimal digits, not all of them 0");
  return jobIdFor(gid);
}
