import { readFile } from "node:fs/promises";

/** A TCP connection of this machine as the kernel tells it (proc_net_tcp). */
export interface Socket {
  /** Bytes the other side has not taken yet. */
  unsent: number;
}

const ESTABLISHED = "01";

/** The established connections of a server's port, its own ends. */
export async function socketsOf(port: number): Promise<Socket[]> {
  const lines = (await readFile("/proc/net/tcp", "utf8")).split("\n").slice(1);
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return lines.flatMap((line) => {
    const [, local = "", , state, queues = ""] = line.trim().split(/\s+/);
    if (!local.endsWith(suffix) || state !== ESTABLISHED) return [];
    return [{ unsent: Number.parseInt(queues.split(":")[0] ?? "0", 16) }];
  });
}
