/** One ssh process, and what it says of itself. */
import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { argumentsOf } from "../connection/format-connection.ts";
import { spawnProcess } from "../spawn-process.ts";
import type { Process } from "../spawn-process.ts";
import type { Connection } from "../connection/connection.ts";
import type { SshHost, SshSettings } from "./ssh-settings.ts";

export interface SshClient {
  readonly process: Process;
  /**
   * What the client itself said, after its end; the file is gone then. Never what comes from the other side:
   * that could say anything.
   */
  said(): Promise<string>;
}

/** Where a client goes, and by which name it looks for the host's keys; null: by its address. */
export interface Target {
  connection: Connection;
  keyName: string | null;
}

export function targetOf({ id, connection }: SshHost): Target {
  return { connection, keyName: keyNameOf(id) };
}

/** The name under which the keys of a host are kept: its own, whatever address it has. */
export function keyNameOf(hostId: string): string {
  // Names of hosts are compared in lower case; ids that differ in case alone must not become one.
  if (!/^[a-z0-9-]{1,64}$/.test(hostId)) throw new Error(`not the id of a host: ${JSON.stringify(hostId)}`);
  return `haulyard-${hostId}`;
}

/**
 * @param options `Keyword=value` for the instance alone
 * @param command for its login shell
 */
export function startClient(
  settings: SshSettings,
  configPath: string,
  { connection, keyName }: Target,
  options: readonly string[],
  command: string,
): SshClient {
  const logPath = join(settings.folder, `log-${randomBytes(6).toString("hex")}`);
  const args = [
    "-F",
    configPath,
    "-E",
    logPath,
    "-o",
    "LogLevel=VERBOSE",
    ...(keyName === null ? [] : ["-o", `HostKeyAlias=${keyName}`]),
    ...options.flatMap((option) => ["-o", option]),
    ...argumentsOf(connection),
    command,
  ];
  const process = spawnProcess(settings.program, args, settings.environment);
  let log: Promise<string> | null = null;
  const read = async (): Promise<string> => {
    await process.ended;
    const text = await readFile(logPath, "utf8").catch(() => "");
    await rm(logPath, { force: true });
    return text.replaceAll("\r", "");
  };
  const said = (): Promise<string> => (log ??= read());
  // Read in any case, so that no file is left.
  void process.ended.then(said);
  return { process, said };
}
