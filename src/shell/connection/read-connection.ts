/** Connection strings → what the rest of the program knows of a host. Pure. */
import type { ConnectionRead, ConnectionWay } from "../../job/host-contract.ts";
import type { HostAddress } from "../../job/host.ts";
import { DEFAULT_PORT, identityOf, instanceIdOf } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { formatConnection, formatJump } from "./format-connection.ts";
import { parseConnection } from "./parse-connection.ts";

export function readConnection(text: string): ConnectionRead {
  const outcome = parseConnection(text);
  if (outcome.kind === "refused") return outcome;
  const { connection, notes, forwards } = outcome;
  return { kind: "address", address: addressOf(connection), notes, forwards, way: wayOf(connection) };
}

function wayOf({ identityFiles, jumps, mayJump, addressFamily, compression }: Connection): ConnectionWay {
  return {
    keyFiles: identityFiles,
    jumps: mayJump && jumps.length === 0 ? null : jumps.map(formatJump),
    addressFamily,
    compression,
  };
}

/** Of a host that is kept. Its connection was understood before it was kept. */
export function connectionOfHost(text: string): Connection {
  const outcome = parseConnection(text);
  if (outcome.kind === "refused") throw new Error(`a host was kept with a bad connection: ${outcome.reason}`);
  return outcome.connection;
}

/** A later paste for the same host: what it says counts, what it leaves out stays. */
export function mergeConnections(kept: string, given: string): HostAddress {
  const old = connectionOfHost(kept);
  const fresh = connectionOfHost(given);
  return addressOf({
    ...old,
    identityFiles: fresh.identityFiles.length > 0 ? fresh.identityFiles : old.identityFiles,
    addressFamily: fresh.addressFamily ?? old.addressFamily,
    compression: fresh.compression || old.compression,
    mayJump: fresh.mayJump && old.mayJump,
  });
}

function addressOf(connection: Connection): HostAddress {
  return {
    connection: formatConnection(connection),
    identity: identityOf(connection),
    address: connection.hostName ?? connection.host,
    port: connection.port ?? DEFAULT_PORT,
    user: connection.user,
    instanceId: instanceIdOf(connection),
  };
}
