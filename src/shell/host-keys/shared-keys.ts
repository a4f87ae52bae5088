/**
 * The keys that people have accepted, as OpenSSH reads them: a private file, written from the list that all machines of
 * an installation share. Without such a list the file is the truth.
 */
import type { AcceptedKeys } from "../../job/accepted-keys-contract.ts";
import { systemClock } from "../../job/clock.ts";
import { formatKeyLine } from "./key-lines.ts";
import type { KeyLine } from "./key-lines.ts";
import { forgetKeys, readAllKeys, replaceKeys, trustKeys } from "./known-hosts.ts";

/** After a look that failed connections do without one for so long: each look has the store's whole patience. */
const REST_MS = 5_000;

export interface KnownHosts {
  /** To be called before a connection: another machine may have been told of a key. */
  refresh(): Promise<void>;
  /** From now on these keys, and no others, are the keys of the names they bear. */
  trust(keys: readonly KeyLine[]): Promise<void>;
  /** Forgets a host: the next connection asks again. */
  forget(name: string): Promise<void>;
}

export interface SharedKeys {
  keys: AcceptedKeys;
  /** Whose file it is. */
  node: string;
}

/** @param now milliseconds that nobody sets */
export function knownHostsOf(
  path: string,
  shared: SharedKeys | null,
  now: () => number = () => performance.now(),
): KnownHosts {
  return shared === null ? inFileOnly(path) : shareKeys(path, shared, now);
}

function inFileOnly(path: string): KnownHosts {
  return {
    refresh: async () => {},
    trust: (keys) => trustKeys(path, keys),
    forget: (name) => forgetKeys(path, name),
  };
}

function shareKeys(path: string, { keys, node }: SharedKeys, now: () => number): KnownHosts {
  /** Of what the file holds; null: of an earlier process, and nobody knows. */
  let version: string | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  /** The look that has not begun yet: all who come until then share it, however long the one before takes. */
  let next: Promise<void> | null = null;
  let failedAt = -Infinity;

  const writeAnew = async (): Promise<void> => {
    if (version === null) {
      const found = await readAllKeys(path);
      const lines = found.map((key) => ({ name: key.name, line: formatKeyLine(key) }));
      await keys.adopt(node, lines, systemClock.now());
    }
    // Asked before the list: what changes in between is written at the next look.
    const newest = await keys.version();
    if (newest === version) return;
    await replaceKeys(
      path,
      (await keys.list()).map(({ line }) => line),
    );
    version = newest;
  };
  const look = async (): Promise<void> => {
    next = null;
    try {
      await writeAnew();
    } catch (error) {
      failedAt = now();
      throw error;
    }
  };
  const refresh = (): Promise<void> => {
    if (next !== null) return next;
    next = turn.then(look);
    turn = next.catch(() => {});
    return next;
  };
  return {
    // The store may be away for a while: what was accepted until then holds.
    refresh: async () => {
      if (now() - failedAt >= REST_MS) await refresh().catch(() => {});
    },
    trust: async (lines) => {
      await refresh();
      const accepted = lines.map((key) => ({ name: key.name, line: formatKeyLine(key) }));
      await keys.trust(accepted, systemClock.now());
      await refresh();
    },
    forget: async (name) => {
      await refresh();
      await keys.forget(name);
      await refresh();
    },
  };
}
