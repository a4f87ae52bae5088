/** Names become addresses here and nowhere else: what a name leads to is known when it is connected to. */
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { classOfAddress } from "./address-class.ts";
import type { AddressClass } from "./address-class.ts";

/** Error code of a name that leads nowhere but into private networks. */
export const PRIVATE_NAME = "HAULYARD_PRIVATE_NAME";

export class NameLookup {
  readonly #system: LookupFunction;
  /** By name: where it led last. */
  readonly #led = new Map<string, AddressClass>();

  constructor(system: LookupFunction = systemLookup) {
    this.#system = system;
  }

  /** Any address. */
  readonly any: LookupFunction = (name, options, found) => this.#find(name, options, false, found);

  /** Public addresses only: private ones are left out, a name that has no others is not found. */
  readonly publicOnly: LookupFunction = (name, options, found) => this.#find(name, options, true, found);

  /** Where a name led when it was looked up last; null if it never was. A name with both kinds counts as public. */
  ledTo(name: string): AddressClass | null {
    return this.#led.get(name) ?? null;
  }

  #find(
    name: string,
    options: Parameters<LookupFunction>[1],
    publicOnly: boolean,
    found: Parameters<LookupFunction>[2],
  ): void {
    this.#system(name, { ...options, all: true }, (error, answer) => {
      if (error !== null) return found(error, "");
      const all = typeof answer === "string" ? [] : answer;
      const open = all.filter(({ address }) => classOfAddress(address) === "public");
      this.#led.set(name, open.length > 0 ? "public" : "private");
      const usable = publicOnly ? open : all;
      const [first] = usable;
      if (first === undefined) return found(nowhere(name, publicOnly && all.length > 0), "");
      if (options.all === true) found(null, usable);
      else found(null, first.address, first.family);
    });
  }
}

function nowhere(name: string, isPrivate: boolean): NodeJS.ErrnoException {
  const code = isPrivate ? PRIVATE_NAME : "ENOTFOUND";
  return Object.assign(new Error(`${code} ${name}`), { code });
}
