/**
 * Is an address one of the public internet, or of this machine and the networks around it? Pure.
 *
 * IANA's registries of special-purpose addresses (RFC 6890) say which are not "globally reachable".
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";

export type AddressClass = "public" | "private";

const NOT_PUBLIC_V4: readonly [network: string, prefix: number][] = [
  ["0.0.0.0", 8], // "this network", RFC 791 §3.2: reaches this machine
  ["10.0.0.0", 8], // RFC 1918
  ["100.64.0.0", 10], // RFC 6598: between provider and customer; overlay networks use it, too
  ["127.0.0.0", 8], // RFC 1122 §3.2.1.3: loopback
  ["169.254.0.0", 16], // RFC 3927: link-local; clouds answer with credentials there
  ["172.16.0.0", 12], // RFC 1918
  ["192.0.0.0", 24], // RFC 6890 §2.1
  ["192.0.2.0", 24], // RFC 5737: documentation
  ["192.168.0.0", 16], // RFC 1918
  ["198.18.0.0", 15], // RFC 2544: benchmarks
  ["198.51.100.0", 24], // RFC 5737
  ["203.0.113.0", 24], // RFC 5737
  ["224.0.0.0", 4], // RFC 5771: multicast
  ["240.0.0.0", 4], // RFC 1112 §4: reserved; broadcast
];

const NOT_PUBLIC_V6: readonly [network: string, prefix: number][] = [
  ["::", 127], // RFC 4291 §2.5.2, §2.5.3: unspecified and loopback
  ["64:ff9b:1::", 48], // RFC 8215: translation within a network
  ["100::", 64], // RFC 6666: discarded
  ["2001::", 23], // RFC 2928: protocols, Teredo among them
  ["2001:db8::", 32], // RFC 3849: documentation
  ["3fff::", 20], // RFC 9637: documentation
  ["5f00::", 16], // RFC 9602: segment routing
  ["fc00::", 7], // RFC 4193: unique local
  ["fe80::", 10], // RFC 4291 §2.5.6: link-local
  ["fec0::", 10], // RFC 3879: once site-local
  ["ff00::", 8], // RFC 4291 §2.7: multicast
];

/** Forms of IPv6 that hold an IPv4 address: it decides. By the index of its first group. */
const EMBEDDED_V4: readonly [network: string, prefix: number, group: number][] = [
  ["::", 96, 6], // RFC 4291 §2.5.5.1: compatible
  ["::ffff:0:0", 96, 6], // RFC 4291 §2.5.5.2: mapped
  ["::ffff:0:0:0", 96, 6], // RFC 2765 §2.1: translated
  ["64:ff9b::", 96, 6], // RFC 6052 §2.1: NAT64
  ["2002::", 16, 1], // RFC 3056 §2: 6to4
];

function listOf(
  networks: readonly (readonly [network: string, prefix: number, ...rest: number[]])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks)
    list.addSubnet(network, prefix, isIPv4(network) ? "ipv4" : "ipv6");
  return list;
}

const notPublicV4 = listOf(NOT_PUBLIC_V4);
const notPublicV6 = listOf(NOT_PUBLIC_V6);
const embeddedV4 = EMBEDDED_V4.map(([network, prefix, group]) => ({
  list: listOf([[network, prefix]]),
  group,
}));

/** @returns null for what is no IP address. IPv6 comes with or without its brackets. */
export function classOfAddress(text: string): AddressClass | null {
  const address = text.replace(/^\[(.*)\]$/, "$1");
  if (isIPv4(address)) return notPublicV4.check(address, "ipv4") ? "private" : "public";
  if (!isIPv6(address)) return null;
  // A zone (`%eth0`) is only ever that of a link.
  if (address.includes("%")) return "private";
  if (notPublicV6.check(address, "ipv6")) return "private";
  const form = embeddedV4.find(({ list }) => list.check(address, "ipv6"));
  return form === undefined ? "public" : classOfAddress(v4In(address, form.group));
}

/**
 * Names that never lead out: RFC 6761 §6.3 (localhost), RFC 6762 §3 (.local), RFC 8375 (.home.arpa), ICANN's
 * .internal, and names without a dot, which only the search list of this network completes.
 */
export function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return !name.includes(".") || /\.(?:localhost|local|home\.arpa|internal)$/.test(name);
}

/** The IPv4 address in two groups of an IPv6 address. */
function v4In(address: string, group: number): string {
  const groups = groupsOf(address);
  return [groups[group] ?? 0, groups[group + 1] ?? 0].flatMap((each) => [each >> 8, each & 0xff]).join(".");
}

/** RFC 4291 §2.2: eight groups, `::` for zeros left out, the last two perhaps as IPv4. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/\d+\.\d+\.\d+\.\d+$/, (v4) => {
    const [a = 0, b = 0, c = 0, d = 0] = v4.split(".").map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = "", tail = ""] = hex.split("::");
  const read = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((each) => parseInt(each, 16));
  const [first, last] = [read(head), read(tail)];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
