/** What a connection comes to once the person's own ssh configuration has been heard. */
import type { Connection, Destination } from "../connection/connection.ts";
import { DEFAULT_PORT } from "../connection/connection.ts";
import { argumentsOf } from "../connection/format-connection.ts";
import { parseJumps, parsePort } from "../connection/parse-destination.ts";
import { spawnProcess } from "../spawn-process.ts";
import type { SshSettings } from "./ssh-settings.ts";

export interface Resolved {
  host: string;
  port: number;
  jumps: readonly Destination[];
}

/** It asks nobody but files. */
const LIMIT_MS = 10_000;

/** `ssh -G`: connects to nothing. Falls back to what the connection itself says. */
export async function resolveConnection(
  settings: SshSettings,
  configPath: string,
  connection: Connection,
): Promise<Resolved> {
  const args = ["-G", "-F", configPath, ...argumentsOf(connection)];
  const process = spawnProcess(settings.program, args, settings.environment);
  process.stdin.end();
  const timer = setTimeout(() => process.stop(), LIMIT_MS);
  let text = "";
  for await (const chunk of process.output) text += Buffer.from(chunk).toString("utf8");
  clearTimeout(timer);
  return readResolved(text, connection);
}

/** Lines of `keyword value`, keywords in lower case. Pure. */
export function readResolved(text: string, connection: Connection): Resolved {
  const valueOf = (keyword: string): string | null =>
    new RegExp(`^${keyword} (.+)$`, "m").exec(text)?.[1]?.trim() ?? null;
  const jumps = parseJumps(valueOf("proxyjump") ?? "none");
  return {
    host: valueOf("hostname") ?? connection.hostName ?? connection.host,
    port: parsePort(valueOf("port") ?? "") ?? connection.port ?? DEFAULT_PORT,
    jumps:
      connection.jumps.length > 0 || jumps.kind === "refused"
        ? connection.jumps
        : jumpsOf(valueOf("proxyjump"), jumps.jumps),
  };
}

function jumpsOf(value: string | null, jumps: readonly Destination[]): readonly Destination[] {
  return value === null || value === "none" ? [] : jumps;
}
