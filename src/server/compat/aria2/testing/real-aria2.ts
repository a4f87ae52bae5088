/** A real aria2c with its JSON-RPC on loopback. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

interface RealAria2 extends AsyncDisposable {
  /** Of its JSON-RPC. */
  url: string;
}

/** aria2 takes no port 0: somebody else may be quicker to take the one that was free a moment ago. */
const TRIES = 10;

export async function startAria2(options: readonly string[]): Promise<RealAria2> {
  for (let tries = 1; ; tries += 1) {
    const started = await tryPort(await freePort(), options);
    if (started !== null) return started;
    if (tries === TRIES) throw new Error(`aria2c did not start, ${TRIES} times`);
  }
}

async function tryPort(port: number, options: readonly string[]): Promise<RealAria2 | null> {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-aria2-"));
  const child = spawn(
    "aria2c",
    ["--no-conf", "--enable-rpc", `--rpc-listen-port=${port}`, `--dir=${folder}`, "--quiet", ...options],
    { stdio: "ignore", env: { PATH: process.env["PATH"], HOME: folder } },
  );
  const ended = once(child, "exit");
  let isOver = false;
  void ended.then(() => (isOver = true));
  const stop = async (): Promise<void> => {
    // The second signal does not wait for servers.
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  const url = `http://127.0.0.1:${port}/jsonrpc`;
  while (!isOver) {
    const answer = await fetch(url, { method: "POST", body: "{}" }).catch(() => null);
    await answer?.text();
    if (answer !== null && !isOver) return { url, [Symbol.asyncDispose]: stop };
    await sleep(20);
  }
  await stop();
  return null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
