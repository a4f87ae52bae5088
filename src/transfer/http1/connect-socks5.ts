/** Through a SOCKS5 proxy: RFC 1928, with user and password of RFC 1929. Names are resolved by the proxy. */
import { isIPv4, isIPv6 } from "node:net";
import type { Dialogue } from "./dialogue.ts";
import type { Address } from "./transport.ts";

export interface Login {
  user: string;
  password: string;
}

export type TunnelOutcome =
  | { kind: "through" }
  /** `reason` ends the sentence "the proxy …". */
  | { kind: "refused"; reason: string; needsLogin: boolean };

const VERSION = 5;
const NO_LOGIN = 0;
const LOGIN = 2;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/** RFC 1928 §6: reply field. */
const REPLIES = new Map([
  [1, "failed for a reason it does not tell"],
  [2, "does not allow this connection"],
  [3, "cannot reach the network"],
  [4, "cannot reach the host"],
  [5, "says that the connection is refused"],
  [6, "says that the connection took too long"],
  [7, "cannot make connections"],
  [8, "does not take this kind of address"],
]);

/** Asks for a connection to `target`. Rejects with errors of the connection to the proxy. */
export async function connectSocks5(
  dialogue: Dialogue,
  target: Address,
  login: Login | null,
): Promise<TunnelOutcome> {
  // §3: version, number of methods, methods.
  const methods = login === null ? [NO_LOGIN] : [NO_LOGIN, LOGIN];
  dialogue.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await dialogue.read(2);
  if (version !== VERSION) return refused("does not speak SOCKS5");
  if (method === LOGIN && login !== null) {
    if (!(await logIn(dialogue, login))) return refused("does not accept the user and password", true);
  } else if (method !== NO_LOGIN) {
    return refused("wants a login", true);
  }
  return askForConnection(dialogue, target);
}

/** RFC 1929 §2. */
async function logIn(dialogue: Dialogue, { user, password }: Login): Promise<boolean> {
  const name = Buffer.from(user);
  const secret = Buffer.from(password);
  if (name.length === 0 || name.length > 255 || secret.length > 255) return false;
  dialogue.write(Buffer.from([1, name.length, ...name, secret.length, ...secret]));
  const [, status] = await dialogue.read(2);
  return status === 0;
}

/** RFC 1928 §4 to §6. */
async function askForConnection(dialogue: Dialogue, { host, port }: Address): Promise<TunnelOutcome> {
  const address = writeAddress(host);
  if (address === null) return refused("cannot be told a host name of this length");
  dialogue.write(Buffer.from([VERSION, CONNECT, 0, ...address, Math.floor(port / 256), port % 256]));
  const [version, reply, , kind] = await dialogue.read(4);
  if (version !== VERSION) return refused("does not speak SOCKS5");
  if (reply !== 0) return refused(REPLIES.get(reply ?? 1) ?? `refuses (reply ${reply})`);
  // The address the proxy connects from is of no use here, but its bytes are in the way.
  if (kind === IPV4) await dialogue.read(4 + 2);
  else if (kind === IPV6) await dialogue.read(16 + 2);
  else if (kind === NAME) await dialogue.read(((await dialogue.read(1))[0] ?? 0) + 2);
  else return refused("does not speak SOCKS5");
  return dialogue.hasMore ? refused("sends bytes of its own into the connection") : { kind: "through" };
}

/** Null if it does not fit: a name has at most 255 bytes. */
function writeAddress(host: string): number[] | null {
  if (isIPv4(host)) return [IPV4, ...host.split(".").map(Number)];
  if (isIPv6(host)) return [IPV6, ...bytesOfIPv6(host)];
  const name = Buffer.from(host);
  return name.length > 255 ? null : [NAME, name.length, ...name];
}

/** RFC 4291 §2.2, as the URL parser writes it: lower case, `::` for the longest run of zeros, no IPv4 part. */
function bytesOfIPv6(host: string): number[] {
  const { hostname } = new URL(`http://[${host}]/`);
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [Math.floor(group / 256), group % 256]);
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function refused(reason: string, needsLogin = false): TunnelOutcome {
  return { kind: "refused", reason, needsLogin };
}
