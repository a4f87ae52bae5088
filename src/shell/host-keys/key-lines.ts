/** Lines of OpenSSH's `known_hosts`, and the fingerprints people compare. Pure. */
import { createHash } from "node:crypto";

/** A line of ours: one host, one key, no marker. */
export interface KeyLine {
  /** As it stands in the line: our name of a host, or `host`, `[host]:port` of a machine in between. */
  name: string;
  /** `ssh-ed25519`, … */
  type: string;
  /** Base64 (RFC 4253 §6.6). */
  key: string;
}

/** sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. Null for comments, markers, hashed names and whatever else is not ours. */
export function parseKeyLine(line: string): KeyLine | null {
  const [name = "", type = "", key = "", ...more] = line.trim().split(/\s+/);
  if (more.length > 0 && !more[0]?.startsWith("#")) return null;
  if (!/^[^@#|,\s][^|,\s]*$/.test(name)) return null;
  if (!/^[a-z0-9@.-]{3,64}$/.test(type) || !/^[A-Za-z0-9+/]{40,4096}={0,2}$/.test(key)) return null;
  const fields = readFields(Buffer.from(key, "base64"));
  return fields?.[0]?.toString("latin1") === type ? { name, type, key } : null;
}

export function formatKeyLine({ name, type, key }: KeyLine): string {
  return `${name} ${type} ${key}`;
}

/** As `ssh-keygen -lf` has it: `256 SHA256:… [host]:port (ED25519)`. */
export function fingerprintLine(line: KeyLine, shownName: string): string {
  return `${bitsOf(line)} ${fingerprintOf(line)} ${shownName} (${kindOf(line.type)})`;
}

/** `SHA256:` and the hash in base64 without padding (ssh-keygen(1), -l). */
export function fingerprintOf({ key }: KeyLine): string {
  const hash = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}

function kindOf(type: string): string {
  if (type.startsWith("sk-")) return type.includes("ed25519") ? "ED25519-SK" : "ECDSA-SK";
  if (type.startsWith("ecdsa-")) return "ECDSA";
  return { "ssh-ed25519": "ED25519", "ssh-rsa": "RSA", "ssh-dss": "DSA" }[type] ?? type;
}

/** The size ssh-keygen tells: of the curve, or of the modulus (RFC 4253 §6.6: e, n; p for DSA). */
function bitsOf({ type, key }: KeyLine): number {
  const curve = /nistp(\d+)/.exec(type)?.[1];
  if (curve !== undefined) return Number(curve);
  if (type.includes("ed25519")) return 256;
  const fields = readFields(Buffer.from(key, "base64")) ?? [];
  return bitLength(fields[type === "ssh-rsa" ? 2 : 1] ?? Buffer.alloc(0));
}

/** mpint (RFC 4251 §5): big-endian, a zero byte before a set top bit. */
function bitLength(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return (number.length - first - 1) * 8 + (32 - Math.clz32(number[first] ?? 0));
}

/** Strings with their length before them (RFC 4251 §5), or null if they do not fit. */
function readFields(blob: Buffer): Buffer[] | null {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    if (at + 4 > blob.length) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
