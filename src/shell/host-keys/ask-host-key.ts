/** The question a person is asked about host keys (CONTRACT §4, HOST_VERIFICATION_NEEDED). */
import { failure } from "../../job/failure.ts";
import type { KeyAnswer } from "../../job/host-contract.ts";
import type { HostKeyQuestion } from "../../job/job-state.ts";
import type { Destination } from "../connection/connection.ts";
import { connectionTo, DEFAULT_PORT, hostAndPort } from "../connection/connection.ts";
import { isKeyTrouble } from "../ssh/classify-trouble.ts";
import { resolveConnection } from "../ssh/resolve-connection.ts";
import { targetOf } from "../ssh/ssh-client.ts";
import type { SshHost, SshSettings } from "../ssh/ssh-settings.ts";
import { fingerprintLine, formatKeyLine } from "./key-lines.ts";
import type { KeyLine } from "./key-lines.ts";
import { readKnownKeys } from "./known-hosts.ts";
import { scanHostKeys } from "./scan-host-keys.ts";

/** Looks which keys the host offers and makes the question of them; of a machine in between, if that is unknown. */
export async function askHostKey(
  settings: SshSettings,
  configPath: string,
  host: SshHost,
  signal: AbortSignal,
): Promise<KeyAnswer> {
  const resolved = await resolveConnection(settings, configPath, host.connection);
  const scan = await scanHostKeys(settings, configPath, targetOf(host), signal);
  if (scan.kind === "stopped") return scan;
  if (scan.kind === "keys") return judge(settings, scan.keys, resolved);
  const { finding } = scan;
  if (finding.kind === "trouble" && finding.onTheWay && isKeyTrouble(finding.trouble))
    return askOnTheWay(settings, configPath, resolved.jumps, signal);
  return { kind: "failed", failure: finding.failure };
}

/** One after the other: the second jump is seen only through the first. */
async function askOnTheWay(
  settings: SshSettings,
  configPath: string,
  jumps: readonly Destination[],
  signal: AbortSignal,
): Promise<KeyAnswer> {
  for (const [index, jump] of jumps.entries()) {
    const target = { connection: connectionTo(jump, jumps.slice(0, index)), keyName: null };
    const resolved = await resolveConnection(settings, configPath, target.connection);
    const scan = await scanHostKeys(settings, configPath, target, signal);
    if (scan.kind === "stopped") return scan;
    if (scan.kind === "failed") return { kind: "failed", failure: scan.finding.failure };
    const judged = await judge(settings, scan.keys, resolved);
    if (judged.kind !== "known") return judged;
  }
  const message = "The host key of a machine on the way is not accepted, and ssh does not say which.";
  return { kind: "failed", failure: failure("ssh_failed", message) };
}

async function judge(
  settings: SshSettings,
  offered: readonly KeyLine[],
  { host, port }: { host: string; port: number | null },
): Promise<KeyAnswer> {
  const known = await readKnownKeys(settings.knownHostsPath, offered[0]?.name ?? "");
  const kind = compareKeys(known, offered);
  const shown = hostAndPort(host, port);
  if (kind === "known")
    return {
      kind,
      host,
      port: port ?? DEFAULT_PORT,
      fingerprints: offered.map((key) => fingerprintLine(key, shown)),
    };
  const old = known.map((key) => fingerprintLine(key, shown));
  const question: HostKeyQuestion = {
    kind: kind === "changed" ? "host_key_changed" : "host_key_unknown",
    host,
    port: port ?? DEFAULT_PORT,
    fingerprints: offered.map((key) => fingerprintLine(key, shown)),
    keyLines: offered.map(formatKeyLine),
    ...(kind === "changed" ? { oldFingerprints: old } : {}),
  };
  return { kind: "asked", question };
}

/**
 * A host of which any key was accepted is never `unknown` again: whoever takes its place could offer a type of
 * key that was not seen before, to be asked about in gentler words.
 */
export function compareKeys(
  known: readonly KeyLine[],
  offered: readonly KeyLine[],
): "known" | "changed" | "unknown" {
  if (known.length === 0) return "unknown";
  const contradicted = offered.some(({ type, key }) =>
    known.some((old) => old.type === type && old.key !== key),
  );
  const confirmed = offered.some(({ type, key }) =>
    known.some((old) => old.type === type && old.key === key),
  );
  return confirmed && !contradicted ? "known" : "changed";
}
