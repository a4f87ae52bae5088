/** Passwords are kept as argon2id (RFC 9106) makes them: slow to try, each with a salt of its own. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const hashing = promisify(argon2);

interface Cost {
  /** KiB. */
  memory: number;
  passes: number;
  parallelism: number;
}

/** OWASP's least for argon2id (Password Storage Cheat Sheet): a machine with 1 GB has to bear some of these at once. */
const COST: Cost = { memory: 19 * 1024, passes: 2, parallelism: 1 };
/** RFC 9106 §3.1: 16 bytes of salt are enough for passwords. */
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Hashes at work at once: each takes 19 MiB and a thread that files are read with, too. */
const MAX_AT_ONCE = 2;
/** Nobody's row in the table, so that an unknown name takes as long as a known one. */
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=1$${base64(Buffer.alloc(SALT_BYTES))}$${base64(Buffer.alloc(TAG_BYTES))}`;

let atWork = 0;
const waiting: (() => void)[] = [];

/** The string that argon2's own tools write: with it a hash is still known when the costs have changed. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await tagOf(password, salt, COST, TAG_BYTES);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** @param kept null: there is no such account; it takes as long, and is never right */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(kept ?? NOBODY);
  if (form === null) throw new Error("a password hash in the store is not argon2id's");
  const [memory, passes, parallelism] = form.slice(1, 4).map(Number) as [number, number, number];
  const salt = Buffer.from(form[4] as string, "base64");
  const wanted = Buffer.from(form[5] as string, "base64");
  const tag = await tagOf(password, salt, { memory, passes, parallelism }, wanted.length);
  return timingSafeEqual(tag, wanted) && kept !== null;
}

/** Two keyboards may write one letter in two ways; NFKC makes them one (NIST SP 800-63B §3.1.1.2). */
async function tagOf(password: string, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> {
  await turn();
  try {
    return await hashing("argon2id", { message: password.normalize("NFKC"), nonce, tagLength, ...cost });
  } finally {
    atWork -= 1;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  while (atWork >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  atWork += 1;
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
