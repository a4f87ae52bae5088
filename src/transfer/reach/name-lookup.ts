/** Names become addresses here and nowhere else: what a name leads to is known when it is connected to. */
import { lookup as systemLookup } from "node:dns";
import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import type { Reach } from "../ask/http-answer.ts";
import { classOfAddress } from "./address-class.ts";
import type { AddressClass } from "./address-class.ts";
import { AllowedPlaces } from "./allowed-places.ts";

/** Error code of a name that leads to no address a restricted request may go to. */
export const RESTRICTED_NAME = "HAULYARD_RESTRICTED_NAME";
/** Error code of a name that leads nowhere but into private networks. */
export const PRIVATE_NAME = "HAULYARD_PRIVATE_NAME";

type Options = Parameters<LookupFunction>[1];
type Answer = [error: NodeJS.ErrnoException | null, addresses: LookupAddress[]];

export class NameLookup {
  readonly #system: LookupFunction;
  /** By what is asked: those who wait for the answer. */
  readonly #asking = new Map<string, ((...answer: Answer) => void)[]>();
  readonly #allowed: AllowedPlaces;
  /** By name: where it led last. */
  readonly #led = new Map<string, AddressClass>();

  constructor(system: LookupFunction = systemLookup, allowed = new AllowedPlaces([])) {
    this.#system = system;
    this.#allowed = allowed;
  }

  /** Any address. */
  readonly any: LookupFunction = (name, options, found) => this.#find(name, options, "anywhere", found);

  /** Public addresses only: private ones are left out, a name that has no others is not found. */
  readonly publicOnly: LookupFunction = (name, options, found) => this.#find(name, options, "public", found);

  /** Public addresses, those of allowed networks, and whatever an allowed name leads to. */
  readonly restricted: LookupFunction = (name, options, found) =>
    this.#find(name, options, "restricted", found);

  /** Where a name led when it was looked up last; null if it never was. A name with both kinds counts as public. */
  ledTo(name: string): AddressClass | null {
    return this.#led.get(name) ?? null;
  }

  #find(
    name: string,
    options: Options,
    reach: Exclude<Reach, "machine">,
    found: Parameters<LookupFunction>[2],
  ): void {
    this.#ask(name, options, (error, all) => {
      if (error !== null) return found(error, "");
      const open = all.filter(({ address }) => classOfAddress(address) === "public");
      this.#led.set(name, open.length > 0 ? "public" : "private");
      const usable =
        reach === "anywhere" || (reach === "restricted" && this.#allowed.hasName(name))
          ? all
          : reach === "public"
            ? open
            : all.filter(({ address }) => this.#allowed.hasAddress(address));
      const [first] = usable;
      if (first === undefined) return found(nowhere(name, all.length === 0 ? "anywhere" : reach), "");
      if (options.all === true) found(null, usable);
      else found(null, first.address, first.family);
    });
  }

  /**
   * Whoever asks while the system looks for the same waits for that answer. A lookup holds one of the few threads that
   * work on files as well, for many seconds where no name server answers; hundreds of them would hold all.
   */
  #ask(name: string, options: Options, answer: (...answer: Answer) => void): void {
    const { family = 0, hints = 0, order = "" } = options;
    const key = JSON.stringify([name, family, hints, order]);
    const waiting = this.#asking.get(key);
    if (waiting !== undefined) return void waiting.push(answer);
    const asking = [answer];
    this.#asking.set(key, asking);
    this.#system(name, { ...options, all: true }, (error, found) => {
      this.#asking.delete(key);
      const addresses = typeof found === "string" ? [] : found;
      for (const tell of asking) tell(error, addresses);
    });
  }
}

function nowhere(name: string, reach: Exclude<Reach, "machine">): NodeJS.ErrnoException {
  const code = { anywhere: "ENOTFOUND", public: PRIVATE_NAME, restricted: RESTRICTED_NAME }[reach];
  return Object.assign(new Error(`${code} ${name}`), { code });
}
