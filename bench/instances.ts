/**
 * What many instances at once cost this machine: connects to all of them, starts a command on each, follows all of
 * them, and prints time, processes and memory. `tools/n bench/instances.ts [instances] [seconds]`
 *
 * The instances are ports of a few sshds: to us each is a host of its own. What runs there is not counted.
 */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostRef } from "../src/job/host-contract.ts";
import { LOG_START } from "../src/job/run-contract.ts";
import type { RunSpec } from "../src/job/run-contract.ts";
import { createInstances } from "../src/shell/create-instances.ts";
import { Turns } from "../src/shell/take-turns.ts";
import type { OpenInstances } from "../src/shell/create-instances.ts";

const instances = Number(process.argv[2] ?? 200);
/** What stands for an instance here looks at its log that often; a real one does once a second. */
const POLL_SECONDS = 5;
/** Real instances have processors of their own; what 200 of them do at a start would take these here for minutes. */
const STARTS_AT_ONCE = 8;
/** Of a start before it counts as failed. */
const TRIES = 5;
/** An sshd listens on so many ports at most (MAX_LISTEN_SOCKS). */
const PORTS_OF_ONE = 16;
/** How long they are followed before the memory is looked at. */
const seconds = Number(process.argv[3] ?? 20);

const folder = mkdtempSync(join(tmpdir(), "haulyard-bench-"));
const never = new AbortController().signal;

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Server>((resolve) => {
          const server = createServer();
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** @returns its host key and how to stop it */
async function startSshds(ports: readonly number[]): Promise<{ hostKey: string; stop(): void }> {
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  for (const name of ["host", "login"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", join(folder, name)]);
  const program = execFileSync("sh", ["-c", "PATH=$PATH:/usr/sbin command -v sshd"], { encoding: "utf8" });
  const children: ChildProcess[] = [];
  for (let at = 0; at < ports.length; at += PORTS_OF_ONE) {
    const config = join(folder, `sshd_config-${at}`);
    writeFileSync(config, configOf(ports.slice(at, at + PORTS_OF_ONE), at));
    children.push(spawn(program.trim(), ["-D", "-f", config, "-E", join(folder, "sshd.log")]));
  }
  for (const port of ports)
    for (let tries = 0; !(await listens(port)); tries += 1) {
      if (tries === 100) throw new Error(`sshd does not listen on ${port}`);
      await sleep(50);
    }
  const hostKey = readFileSync(join(folder, "host.pub"), "utf8").split(" ").slice(0, 2).join(" ");
  return { hostKey, stop: () => children.forEach((child) => child.kill()) };
}

function configOf(ports: readonly number[], at: number): string {
  return [
    ...ports.map((port) => `Port ${port}`),
    "ListenAddress 127.0.0.1",
    `HostKey ${join(folder, "host")}`,
    `AuthorizedKeysFile ${join(folder, "login.pub")}`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    // The limits are of one machine; here it plays many.
    "MaxStartups 1000",
    `PidFile ${join(folder, `pid-${at}`)}`,
    "",
  ].join("\n");
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

interface Usage {
  processes: number;
  /** Proportional set size: what is shared counts once. Bytes. */
  memory: number;
}

/** Of the processes of this name that we have started, and those that they have. */
function usageBelow(root: number, name: string): Usage {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${entry}/stat`)) ?? [];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const isBelow = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at))
      if (at === root) return true;
    return false;
  };
  const found = [...parents.keys()].filter(
    (pid) => read(`/proc/${pid}/comm`).trim() === name && isBelow(pid),
  );
  return { processes: found.length, memory: found.reduce((sum, pid) => sum + memoryOf(pid), 0) };
}

function memoryOf(pid: number): number {
  const [, pss = "0"] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(pss) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const startedAt = performance.now();
function say(what: string, ...usages: readonly (readonly [string, Usage])[]): void {
  const passed = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${passed.padStart(6)} s  ${what}`);
  for (const [whose, { processes, memory }] of usages)
    console.log(`          ${whose}: ${processes} processes, ${(memory / 2 ** 20).toFixed(0)} MiB`);
}

const ours = (): readonly [string, Usage][] => [
  ["ssh", usageBelow(process.pid, "ssh")],
  ["Haulyard itself", { processes: 1, memory: memoryOf(process.pid) }],
];

function specOf(id: string): RunSpec {
  // A bar of 80 characters that moves: seldom, for all these instances share the processors of this machine.
  const steps = [`while [ -d '${folder}' ]; do printf '\\r%s%79s' x ' '; sleep ${POLL_SECONDS}; done`];
  return { id, steps, environment: {}, unset: [], secrets: {}, pathFolders: [], folder: null };
}

async function follow(shells: OpenInstances, hosts: readonly HostRef[]): Promise<void> {
  const following = new AbortController();
  const heard = new Set<string>();
  const failed: string[] = [];
  let again = 0;
  const starts = new Turns(STARTS_AT_ONCE);
  const followers = hosts.map(async (host): Promise<void> => {
    const runs = shells.runsOn(host);
    const turn = await starts.take(never);
    // As the queue does: what may go better the next time is tried again.
    let started = await runs.start(specOf(host.id), never);
    for (let tries = 1; started.kind === "failed" && started.failure.retryable && tries < TRIES; tries += 1) {
      again += 1;
      started = await runs.start(specOf(host.id), never);
    }
    turn?.();
    if (started.kind !== "state") {
      failed.push(JSON.stringify(started));
      return;
    }
    const how = { signal: following.signal, unreachableAfterMs: 60_000 };
    for await (const event of runs.follow(host.id, LOG_START, how)) {
      if (event.kind === "output") heard.add(host.id);
      if (event.kind === "failed") failed.push(event.failure.message);
    }
  });
  while (heard.size + failed.length < hosts.length) await sleep(100);
  say(
    `${heard.size} runs are followed, ${failed.length} failed${failed.length > 0 ? `: ${failed[0]}` : ""}`,
    ...ours(),
  );
  const before = process.cpuUsage();
  await sleep(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  say(`after ${seconds} s of following`, ...ours());
  console.log(`          Haulyard itself: ${((user + system) / 1e4 / seconds).toFixed(1)} % of a processor`);
  following.abort();
  await Promise.all(followers);
  say("followed by nobody");
  const ends = new Turns(STARTS_AT_ONCE);
  const end = async (host: HostRef): Promise<void> => {
    const turn = await ends.take(never);
    await shells.runsOn(host).cancel(host.id, never);
    await shells.runsOn(host).clean([host.id], never);
    turn?.();
  };
  await Promise.all(hosts.map(end));
  say("all runs cancelled and cleaned away", ...ours());
}

const ports = await freePorts(instances);
const sshd = await startSshds(ports);
const hosts = ports.map((port, nth): HostRef => ({
  id: `bench-${nth}`,
  connection: `ssh -p ${port} -i ${join(folder, "login")} ${userInfo().username}@127.0.0.1`,
}));
const knownHostsPath = join(folder, "known_hosts");
writeFileSync(knownHostsPath, hosts.map(({ id }) => `haulyard-${id} ${sshd.hostKey}\n`).join(""), {
  mode: 0o600,
});
const shells = await createInstances({
  environment: { PATH: process.env["PATH"], HOME: folder },
  knownHostsPath,
  runsFolder: join(folder, "here"),
  temporaryFolder: folder,
  toolFolders: [],
  runs: { folder: join(folder, "runs"), graceSeconds: 2, pollSeconds: POLL_SECONDS },
});
try {
  say(`${instances} instances`, ...ours());
  await follow(shells, hosts);
} finally {
  await shells[Symbol.asyncDispose]();
  say("closed", ...ours());
  sshd.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
