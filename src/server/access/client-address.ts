/** Where a request really comes from: the socket's other end, or what a proxy that is trusted says of it. Pure. */
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** Addresses and networks: `10.0.0.0/8`, `::1`. */
export function networks(list: readonly string[]): BlockList {
  const block = new BlockList();
  for (const each of list) {
    const [address = "", prefix] = each.split("/");
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    block.addSubnet(address, prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix), family);
  }
  return block;
}

export function isIn(block: BlockList, address: string): boolean {
  const plain = plainAddress(address);
  const family = isIP(plain);
  return family !== 0 && block.check(plain, family === 4 ? "ipv4" : "ipv6");
}

/**
 * From the nearest hop outwards: the first that is no proxy of ours. What is further out may be anybody's invention.
 *
 * @param forwarded X-Forwarded-For, as it came
 */
export function clientAddress(peer: string, forwarded: string | undefined, proxies: BlockList): string {
  let address = plainAddress(peer);
  if (forwarded === undefined) return address;
  for (const hop of forwarded.split(",").reverse()) {
    if (!isIn(proxies, address)) return address;
    const named = plainAddress(hop.trim().replace(/^\[(.*)\](?::\d+)?$/, "$1"));
    if (isIP(named) === 0) return address;
    address = named;
  }
  return address;
}

/** A household has one IPv4 address and 2^64 of IPv6: what counts failures counts either as one. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = address.split("%")[0]?.split("::") ?? [];
  const first = head === "" ? [] : head.split(":");
  const last = tail === "" ? [] : tail.split(":");
  const zeros = address.includes("::")
    ? Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0")
    : [];
  return `${[...first, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** RFC 4291 §2.5.5.2: sockets for both kinds show IPv4 addresses as IPv6. */
function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
