/** How an instance is reached: what is left of a pasted connection string once it is understood. */

/** One stop on the way: the instance itself, or a machine in between. */
export interface Destination {
  user: string | null;
  /** A name, an address (IPv6 without brackets) or an alias of `~/.ssh/config`. Never begins with `-`. */
  host: string;
  /** Null for what ssh's configuration says, else 22. */
  port: number | null;
}

export interface Connection extends Destination {
  /** The name or address behind an alias, where it was given apart (`-o HostName=…`). */
  hostName: string | null;
  /** Private keys, in the order given; `~/` is the home of the user Haulyard runs as. */
  identityFiles: readonly string[];
  /**
   * Machines in between, the nearest to us first. None, and `proxyJump` false: as ssh's configuration says.
   */
  jumps: readonly Destination[];
  /** False if `-J none` was given: straight there, whatever ssh's configuration says. */
  mayJump: boolean;
  addressFamily: "any" | "inet" | "inet6" | null;
  compression: boolean;
}

/** The plain way to a destination, through others if need be. */
export function connectionTo(destination: Destination, jumps: readonly Destination[]): Connection {
  return {
    ...destination,
    hostName: null,
    identityFiles: [],
    jumps,
    mayJump: true,
    addressFamily: null,
    compression: false,
  };
}

/** ssh's own, where nothing else is said. */
export const DEFAULT_PORT = 22;

/** `[host]:port`, as OpenSSH writes hosts in `known_hosts`; here always with the port. */
export function hostAndPort(host: string, port: number | null): string {
  return `[${host}]:${port ?? DEFAULT_PORT}`;
}

/** The name by which clients of the old resource queue know an instance (CONTRACT §5): `109_231_106_68`. */
export function instanceIdOf(connection: Connection): string {
  return addressOf(connection).replaceAll(".", "_");
}

/**
 * Equal for two connections exactly if they lead to the same account of the same machine, as far as their text
 * tells. Two ports of one address are two machines (containers behind one address), and so is one private
 * address behind two different jumps.
 */
export function identityOf(connection: Connection): string {
  const target = { ...connection, host: addressOf(connection) };
  const via = connection.jumps.map((jump) => ` via ${identify(jump)}`);
  return identify(target) + via.join("");
}

function addressOf(connection: Connection): string {
  return connection.hostName ?? connection.host;
}

function identify({ user, host, port }: Destination): string {
  return `${user ?? ""}@${hostAndPort(host.toLowerCase(), port)}`;
}
