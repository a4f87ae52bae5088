/**
 * A real sshd on loopback: host keys of its own, one key that may log in, as whoever runs the tests, in a home that is
 * not theirs.
 */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { findProgram } from "../../tools/test-tools.ts";
import { freePort } from "./free-port.ts";
import { allProcesses, endAllIn, killQuietly } from "./processes.ts";

export type HostKeyType = "ed25519" | "rsa" | "ecdsa";

export interface SshdOptions {
  hostKeys?: readonly HostKeyType[];
  /**
   * What runs the commands that come, in place of the user's login shell: `fish -c "$SSH_ORIGINAL_COMMAND"`.
   * A text of sh.
   */
  loginShell?: string;
  /** Lines of sshd_config. */
  config?: readonly string[];
}

export interface Sshd extends AsyncDisposable {
  port: number;
  user: string;
  /** A private key that may log in. */
  keyPath: string;
  /** Of whoever logs in, `$HOME` there: a folder that is removed with the server, and what runs there ends with it. */
  home: string;
  /** What people paste to get there. `at`: by another name; `port`: of a relay in between. */
  line(at?: string, port?: number): string;
  /** Of a host key: `ssh-ed25519 AAAA…`. */
  hostKey(type: HostKeyType): Promise<string>;
  /** What `ssh-keygen -lf` says of it. */
  fingerprint(type: HostKeyType): string;
  /** Another machine answers at this address. */
  changeHostKeys(types?: readonly HostKeyType[]): Promise<void>;
  /** Kills what serves the connections that stand, with SIGKILL. */
  killConnections(): Promise<void>;
  /** Nobody listens any more; connections go on. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** How many connections it has accepted since it was started first. */
  accepted(): Promise<number>;
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-sshd-"));
  const port = await freePort();
  const server = new Server(folder, port, options);
  await server.prepare();
  await server.start();
  return server;
}

class Server implements Sshd {
  readonly port: number;
  readonly user = userInfo().username;
  readonly keyPath: string;
  readonly home: string;
  readonly #folder: string;
  readonly #options: SshdOptions;
  #types: readonly HostKeyType[];
  #process: ChildProcess | null = null;
  /** What serves the connections of listeners that were stopped. */
  #left: number[] = [];

  constructor(folder: string, port: number, options: SshdOptions) {
    this.port = port;
    this.keyPath = join(folder, "login");
    this.home = join(folder, "home");
    this.#folder = folder;
    this.#options = options;
    this.#types = options.hostKeys ?? ["ed25519"];
  }

  async prepare(): Promise<void> {
    // Where sshd locks itself in before a login; only root needs it, and packages make it at boot.
    if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
    await mkdir(this.home);
    makeKey(this.keyPath, "ed25519");
    await copyFile(`${this.keyPath}.pub`, join(this.#folder, "authorized_keys"));
    await this.#makeHostKeys();
    if (this.#options.loginShell !== undefined) {
      await writeFile(join(this.#folder, "shell"), `#!/bin/sh\n${this.#options.loginShell}\n`);
      await chmod(join(this.#folder, "shell"), 0o755);
    }
  }

  line(at = "127.0.0.1", port = this.port): string {
    return `ssh -p ${port} -i ${this.keyPath} ${this.user}@${at}`;
  }

  async start(): Promise<void> {
    const config = join(this.#folder, "sshd_config");
    await writeFile(config, this.#config());
    // sshd starts itself anew for every connection, by its own path.
    const program = findProgram("sshd");
    if (program === null) throw new Error("sshd is not installed (openssh-server)");
    this.#process = spawn(program, ["-D", "-f", config, "-E", this.#logPath], { stdio: "ignore" });
    await listening(this.port);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    // Held still, it takes no connection behind our back while those it has are looked up.
    child?.kill("SIGSTOP");
    this.#left.push(...(await this.#connections()));
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async killConnections(): Promise<void> {
    const all = await parentsOfAll();
    // A pid may have been given to somebody else meanwhile.
    const left = this.#left.filter((pid) => all.get(pid)?.name.startsWith("sshd"));
    for (const pid of [...(await this.#connections()), ...left]) killQuietly(pid);
    this.#left = [];
  }

  async hostKey(type: HostKeyType): Promise<string> {
    const text = await readFile(`${this.#hostKeyPath(type)}.pub`, "utf8");
    return text.split(" ").slice(0, 2).join(" ");
  }

  fingerprint(type: HostKeyType): string {
    return execFileSync("ssh-keygen", ["-lf", `${this.#hostKeyPath(type)}.pub`], { encoding: "utf8" }).trim();
  }

  async changeHostKeys(types: readonly HostKeyType[] = this.#types): Promise<void> {
    await this.stop();
    for (const type of this.#types) {
      await rm(this.#hostKeyPath(type), { force: true });
      await rm(`${this.#hostKeyPath(type)}.pub`, { force: true });
    }
    this.#types = types;
    await this.#makeHostKeys();
    await this.start();
  }

  async accepted(): Promise<number> {
    return (await readFile(this.#logPath, "utf8")).split("Accepted publickey").length - 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.killConnections();
    // Runs outlive their connections, and would go on writing into what is removed.
    await endAllIn(this.home);
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #logPath(): string {
    return join(this.#folder, "log");
  }

  #hostKeyPath(type: HostKeyType): string {
    return join(this.#folder, `host-${type}`);
  }

  async #makeHostKeys(): Promise<void> {
    for (const type of this.#types) makeKey(this.#hostKeyPath(type), type);
  }

  #config(): string {
    const { loginShell, config = [] } = this.#options;
    return [
      ...config,
      `SetEnv HOME=${this.home}`,
      `Port ${this.port}`,
      "ListenAddress 127.0.0.1",
      ...this.#types.map((type) => `HostKey ${this.#hostKeyPath(type)}`),
      `AuthorizedKeysFile ${join(this.#folder, "authorized_keys")}`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      `PidFile ${join(this.#folder, "pid")}`,
      "LogLevel VERBOSE",
      ...(loginShell === undefined ? [] : [`ForceCommand ${join(this.#folder, "shell")}`]),
      "",
    ].join("\n");
  }

  /** The processes that sshd forked, and those that these forked to drop their rights. */
  async #connections(): Promise<number[]> {
    const root = this.#process?.pid;
    if (root === undefined) return [];
    const found: number[] = [];
    const parents = await parentsOfAll();
    for (let level = [root]; level.length > 0;) {
      level = [...parents]
        .filter(([, { parent, name }]) => level.includes(parent) && name.startsWith("sshd"))
        .map(([pid]) => pid);
      found.push(...level);
    }
    return found;
  }
}

async function parentsOfAll(): Promise<Map<number, { parent: number; name: string }>> {
  const all = new Map<number, { parent: number; name: string }>();
  for (const pid of await allProcesses()) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const [, name = "", parent = "0"] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
    all.set(pid, { parent: Number(parent), name });
  }
  return all;
}

function makeKey(path: string, type: HostKeyType): void {
  const size = type === "rsa" ? ["-b", "2048"] : [];
  execFileSync("ssh-keygen", ["-q", "-t", type, ...size, "-N", "", "-f", path, "-C", "test"]);
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 4_000; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const up = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`sshd does not listen on ${port}`);
}
