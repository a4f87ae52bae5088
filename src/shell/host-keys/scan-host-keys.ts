/** Which host keys a machine offers, over the very way a connection takes: through jumps, with the person's settings. */
import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { findTrouble, nameOf } from "../ssh/explain-client.ts";
import type { Finding } from "../ssh/explain-client.ts";
import { startClient } from "../ssh/ssh-client.ts";
import type { Target } from "../ssh/ssh-client.ts";
import { OPENING_LIMIT_MS } from "../ssh/ssh-settings.ts";
import type { SshSettings } from "../ssh/ssh-settings.ts";
import { parseKeyLine } from "./key-lines.ts";
import type { KeyLine } from "./key-lines.ts";

export type Scan =
  | { kind: "keys"; keys: readonly KeyLine[] }
  | { kind: "failed"; finding: Finding }
  | { kind: "stopped" };

/** Types of key, by the algorithms that use them; null: whatever OpenSSH likes best. */
const FAMILIES: readonly { types: RegExp; algorithms: string }[] = [
  { types: /^ssh-ed25519$/, algorithms: "ssh-ed25519" },
  { types: /^ecdsa-/, algorithms: "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521" },
  { types: /^ssh-rsa$/, algorithms: "rsa-sha2-512,rsa-sha2-256" },
];

/**
 * `ssh-keyscan` knows no configuration and no jumps. So ssh itself is asked to accept what it sees into a file of
 * its own, and to try no way of logging in: it learns the key, and the connection ends. The machines in between
 * are held to what was accepted of them before.
 */
export async function scanHostKeys(
  settings: SshSettings,
  configPath: string,
  target: Target,
  signal: AbortSignal,
): Promise<Scan> {
  const first = await scanOnce(settings, configPath, target, null, signal);
  if (first.kind !== "keys") return first;
  const keys = [...first.keys];
  for (const family of FAMILIES) {
    if (keys.some((key) => family.types.test(key.type))) continue;
    const more = await scanOnce(settings, configPath, target, family.algorithms, signal);
    if (more.kind === "stopped") return more;
    // Not offering a type of key is no failure.
    if (more.kind === "keys") keys.push(...more.keys);
  }
  return { kind: "keys", keys };
}

async function scanOnce(
  settings: SshSettings,
  configPath: string,
  target: Target,
  algorithms: string | null,
  signal: AbortSignal,
): Promise<Scan> {
  if (signal.aborted) return { kind: "stopped" };
  const path = join(settings.folder, `keys-${randomBytes(6).toString("hex")}`);
  const options = [
    "StrictHostKeyChecking=accept-new",
    `UserKnownHostsFile=${path.replaceAll("%", "%%")}`,
    "PreferredAuthentications=none",
    "ControlPath=none",
    ...(algorithms === null ? [] : [`HostKeyAlgorithms=${algorithms}`]),
  ];
  const client = startClient(settings, configPath, target, options, "exit");
  client.process.stdin.end();
  const stop = (): void => client.process.stop();
  signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(stop, OPENING_LIMIT_MS * (1 + target.connection.jumps.length));
  try {
    await client.process.ended;
    if (signal.aborted) return { kind: "stopped" };
    const text = await readFile(path, "utf8").catch(() => "");
    const keys = text.split("\n").flatMap((line) => parseKeyLine(line) ?? []);
    if (keys.length > 0) return { kind: "keys", keys };
    if (client.process.wasStopped())
      return { kind: "failed", finding: { kind: "failure", failure: tooSlow(target) } };
    return { kind: "failed", finding: await findTrouble(client, target.connection, "", false) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    await rm(path, { force: true });
  }
}

function tooSlow(target: Target): Failure {
  return failure("timed_out", `${nameOf(target.connection)} did not show its host key in time.`);
}
