/** One of the nodes: it can be killed, stopped, frozen, cut off from its database, and told a wrong time. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Haulyard, World } from "../haulyard.ts";
import { createWorld, startHaulyard } from "../haulyard.ts";
import type { TcpRelay } from "../tcp-relay.ts";
import { startTcpRelay } from "../tcp-relay.ts";
import { SECRETS } from "./plan-work.ts";

export interface NodeWish {
  name: string;
  kind: "serve" | "worker";
  /** Where the database listens, and the way to it but for its folder. */
  database: { folder: string; name: string };
  env: Record<string, string>;
  /** Lays something in its folders before it starts first. */
  prepare?: (world: World) => Promise<void>;
}

const SHIFT_CLOCK = join(import.meta.dirname, "shift-clock.ts");
const START_TRIES = 100;
const START_AGAIN_MS = 500;
/** How PostgreSQL calls its socket. */
const SOCKET = ".s.PGSQL.5432";

export class ChaosNode implements AsyncDisposable {
  readonly name: string;
  readonly kind: NodeWish["kind"];
  readonly world: World;
  /** Its way to the database. */
  readonly link: TcpRelay;
  readonly #env: Record<string, string>;
  readonly #outputs: string[] = [];
  #server: Haulyard | null = null;
  #port = 0;
  #hasStarted = false;
  /** Lives that ended though nobody ended them. */
  readonly deaths: string[] = [];

  private constructor({ name, kind }: NodeWish, world: World, link: TcpRelay, env: Record<string, string>) {
    this.name = name;
    this.kind = kind;
    this.world = world;
    this.link = link;
    this.#env = env;
  }

  static async open(wish: NodeWish): Promise<ChaosNode> {
    const { name, database, env, prepare } = wish;
    const world = await createWorld();
    const folder = join(world.folder, "pg");
    mkdirSync(folder);
    const link = await startTcpRelay({ path: join(database.folder, SOCKET) }, join(folder, SOCKET));
    await prepare?.(world);
    const url = `postgres://haulyard:${SECRETS.database}@localhost/${database.name}?host=${encodeURIComponent(folder)}`;
    return new ChaosNode(wish, world, link, {
      HAULYARD_NODE: name,
      HAULYARD_DATABASE_URL: url,
      CHAOS_CLOCK: join(world.folder, "clock"),
      NODE_OPTIONS: `--import=${SHIFT_CLOCK}`,
      ...env,
    });
  }

  /** Null while it is down, and of a worker. */
  get url(): string | null {
    return this.#server === null || this.kind === "worker" ? null : this.#server.url;
  }

  get isUp(): boolean {
    return this.#server !== null;
  }

  /** As a service manager does it: while its database is away it may not start, and is started again. */
  async start(): Promise<void> {
    // One that does not start with everything in order has another reason.
    for (let tries = this.#hasStarted ? START_TRIES : 1; this.#server === null; tries -= 1) {
      try {
        const server = await startHaulyard(this.world, {
          port: this.#port,
          env: this.#env,
          command: this.kind,
        });
        this.#port = server.port;
        this.#hasStarted = true;
        this.#server = server;
      } catch (error) {
        this.#outputs.push(String(error));
        if (tries <= 1) throw error;
        await sleep(START_AGAIN_MS);
      }
    }
  }

  async kill9(): Promise<void> {
    await this.#leave()?.kill9();
  }

  /** Answers the exit code. */
  async stop(): Promise<number | null> {
    return (await this.#leave()?.stop()) ?? null;
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    if (this.#server !== null && isAlive(this.#server.pid)) process.kill(this.#server.pid, name);
  }

  /** Its clock is so far ahead of the machine's from now on. Milliseconds. */
  setClock(aheadMs: number): void {
    writeFileSync(join(this.world.folder, "clock"), String(aheadMs));
  }

  /** All that it printed in all its lives. */
  output(): string {
    return [...this.#outputs, this.#server?.output() ?? ""].join("\n");
  }

  /** Writes down a death nobody wished for. */
  look(): void {
    if (this.#server === null || isAlive(this.#server.pid)) return;
    this.deaths.push(`${this.name} ended by itself: ${this.#server.output().slice(-2_000)}`);
    this.#outputs.push(this.#server.output());
    this.#server = null;
  }

  #leave(): Haulyard | null {
    this.look();
    const server = this.#server;
    this.#server = null;
    if (server !== null) this.#outputs.push(server.output());
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
    await this.link[Symbol.asyncDispose]();
    await this.world.remove();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
