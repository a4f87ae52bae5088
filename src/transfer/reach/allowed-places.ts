/** Places in private networks that everybody may have files fetched from, as the setting names them. Pure. */
import { BlockList, isIP, isIPv4 } from "node:net";
import { classOfAddress } from "./address-class.ts";

export class AllowedPlaces {
  readonly #networks = new BlockList();
  readonly #names = new Set<string>();

  /** @param list addresses, networks (`10.0.0.0/8`) and host names */
  constructor(list: readonly string[]) {
    for (const each of list) {
      const [address = "", length] = each.split("/");
      if (isIP(address) === 0) {
        this.#names.add(each.toLowerCase());
        continue;
      }
      const [family, most] = isIPv4(address) ? (["ipv4", 32] as const) : (["ipv6", 128] as const);
      this.#networks.addSubnet(address, length === undefined ? most : Number(length), family);
    }
  }

  /** Of what a URL says: whether it may be connected to; null: it is a name, and what it leads to decides. */
  judge(hostname: string): "allowed" | "refused" | null {
    const host = bare(hostname);
    if (this.#names.has(host)) return "allowed";
    if (classOfAddress(host) !== null) return this.hasAddress(host) ? "allowed" : "refused";
    // RFC 6761 §6.3: it is this machine, whatever a name server says.
    return /(?:^|\.)localhost$/.test(host) ? "refused" : null;
  }

  hasName(name: string): boolean {
    return this.#names.has(bare(name));
  }

  /** A public address, or one that is named. */
  hasAddress(text: string): boolean {
    const address = bare(text);
    if (classOfAddress(address) === "public") return true;
    const family = isIP(address);
    return family !== 0 && this.#networks.check(address, family === 4 ? "ipv4" : "ipv6");
  }
}

function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}
