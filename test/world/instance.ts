/** An instance behind a real sshd, and our way to it. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Runs } from "../../src/job/run-contract.ts";
import { connectionTo } from "../../src/shell/connection/connection.ts";
import type { Connection } from "../../src/shell/connection/connection.ts";
import { createRuns } from "../../src/shell/runs/create-runs.ts";
import type { RunsOptions } from "../../src/shell/runs/write-script.ts";
import { createSsh } from "../../src/shell/ssh/create-ssh.ts";
import type { Ssh, SshOptions } from "../../src/shell/ssh/create-ssh.ts";
import type { SshHost } from "../../src/shell/ssh/ssh-settings.ts";
import { endAllIn } from "./processes.ts";
import type { Sshd } from "./sshd.ts";
import { startSshd } from "./sshd.ts";
import { quickFolder } from "./quick-folder.ts";

/** Our side: everything of it in one temporary folder. */
export interface Side extends AsyncDisposable {
  folder: string;
  ssh: Ssh;
  knownHostsPath: string;
}

export async function createSide(options: Partial<SshOptions> = {}): Promise<Side> {
  const folder = quickFolder("hy-side-");
  const knownHostsPath = join(folder, "known_hosts");
  const ssh = await createSsh({
    environment: { PATH: process.env["PATH"] ?? "", HOME: folder },
    knownHostsPath,
    configPaths: [],
    temporaryFolder: folder,
    ...options,
  });
  return {
    folder,
    ssh,
    knownHostsPath,
    [Symbol.asyncDispose]: async () => {
      await ssh[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The way to a server that `startSshd` started; `port`: of a relay in between. */
export function connectionOf(sshd: Sshd, more: Partial<Connection> = {}): Connection {
  const target = { user: sshd.user, host: "127.0.0.1", port: sshd.port };
  return { ...connectionTo(target, []), identityFiles: [sshd.keyPath], ...more };
}

const TRUST_TRIES = 20;
const TRUST_AGAIN_MS = 500;

/** Accepts whatever keys the host has. */
export async function trust(ssh: Ssh, host: SshHost): Promise<void> {
  let tries = TRUST_TRIES;
  for (;;) {
    const asked = await ssh.askHostKey(host, new AbortController().signal);
    if (asked.kind === "known") return;
    if (asked.kind === "failed" && asked.failure.retryable && tries > 0) {
      // A machine that has much to do may let its sshd run into its own time limit.
      tries -= 1;
      await new Promise((again) => setTimeout(again, TRUST_AGAIN_MS));
      continue;
    }
    if (asked.kind !== "asked") throw new Error(JSON.stringify(asked));
    const accepted = await ssh.acceptHostKey(asked.question, null);
    if (accepted.kind === "refused") throw new Error(accepted.reason);
  }
}

export interface Instance extends AsyncDisposable {
  sshd: Sshd;
  side: Side;
  host: SshHost;
  runs: Runs;
  folder: string;
  work: string;
}

export interface InstanceOptions {
  sshd?: Sshd;
  /** Goes on, too, when it is given. */
  side?: Side;
  /** Of a relay between us and the server. */
  port?: number;
  runs?: Partial<RunsOptions>;
  ssh?: Partial<SshOptions>;
}

/** Its host key is accepted already. A server that is given goes on when the instance is left. */
export async function openInstance(options: InstanceOptions = {}): Promise<Instance> {
  const sshd = options.sshd ?? (await startSshd());
  const side = options.side ?? (await createSide(options.ssh));
  const work = quickFolder("haulyard-instance-");
  const folder = join(work, "runs");
  const port = options.port ?? sshd.port;
  const host = { id: "instance-1", connection: connectionOf(sshd, { port }) };
  await trust(side.ssh, host);
  const runs = createRuns(side.ssh.shellOf(host), { folder, ...options.runs });
  return {
    sshd,
    side,
    host,
    runs,
    folder,
    work,
    [Symbol.asyncDispose]: async () => {
      if (options.side === undefined) await side[Symbol.asyncDispose]();
      if (options.sshd === undefined) await sshd[Symbol.asyncDispose]();
      await endAllIn(work);
      await rm(work, { recursive: true, force: true });
    },
  };
}
