/** The misbehaving origin in a process of its own: it lives on when the process under test is killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { FileSpec, SeenRequest } from "./origin-script.ts";

export interface SpawnedOrigin extends AsyncDisposable {
  url: string;
  put(files: Record<string, FileSpec>): Promise<void>;
  /** Lets the file come as fast as it can, answers under way included. */
  release(path: string): Promise<void>;
  requests(): Promise<SeenRequest[]>;
  close(): Promise<void>;
}

export async function spawnOrigin(files: Record<string, FileSpec> = {}): Promise<SpawnedOrigin> {
  const script = fileURLToPath(new URL("./origin.ts", import.meta.url));
  const child = spawn(process.execPath, [script, "--files", JSON.stringify(files)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    url,
    put: async (more) => {
      const body = JSON.stringify(more);
      await fetch(`${url}/_origin/put`, { method: "POST", body });
    },
    release: async (path) => {
      await fetch(`${url}/_origin/release`, { method: "POST", body: JSON.stringify({ [path]: {} }) });
    },
    requests: async () => (await (await fetch(`${url}/_origin/requests`)).json()) as SeenRequest[],
    close,
    [Symbol.asyncDispose]: close,
  };
}
