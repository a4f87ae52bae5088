/** Host keys that people have said yes to: one list for all machines that share a store. */

/** A line of `known_hosts`, by the name it is of. */
export interface AcceptedKey {
  name: string;
  line: string;
}

/** Part of the store. */
export interface AcceptedKeys {
  /** Another one after every change. */
  version(): Promise<string>;
  list(): Promise<AcceptedKey[]>;
  /** From now on these keys, and no others, are those of the names they bear. */
  trust(keys: readonly AcceptedKey[], now: number): Promise<void>;
  forget(name: string): Promise<void>;
  /**
   * What a machine kept in a file of its own before there was this list, taken in once for each machine: names that
   * have keys already keep them.
   */
  adopt(node: string, keys: readonly AcceptedKey[], now: number): Promise<void>;
}
