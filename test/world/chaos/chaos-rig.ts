/** Nodes, their database, instances, an origin and the ways between them: everything a run is made of. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, statfs, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { call } from "../api.ts";
import { waitFor } from "../haulyard.ts";
import type { Origin } from "../origin.ts";
import { startOrigin } from "../origin.ts";
import type { Postgres } from "../postgres.ts";
import { startPostgres } from "../postgres.ts";
import type { TcpRelay } from "../tcp-relay.ts";
import { startTcpRelay } from "../tcp-relay.ts";
import type { ChaosInstance } from "./chaos-instance.ts";
import { openChaosInstance } from "./chaos-instance.ts";
import { ChaosNode } from "./chaos-node.ts";
import { SECRETS } from "./plan-work.ts";

const run = promisify(execFile);
export const DATABASE = "chaos";
const NAMES = ["alpha", "beta", "gamma", "delta", "epsilon"];

export interface RigWish {
  nodes: number;
  /** So many of them have no page and no API. */
  workers: number;
  instances: number;
  /** Of the disk of the first node; null where this machine lets nobody mount one. */
  diskBytes: number | null;
}

export interface ChaosRig extends AsyncDisposable {
  postgres: Postgres;
  nodes: ChaosNode[];
  instances: ChaosInstance[];
  origin: Origin;
  /** The way of all to the origin. */
  originLink: TcpRelay;
  /** Where the cards are. */
  resources: string;
  /** Fills the first node's disk, or frees it again. */
  fillDisk(): Promise<void>;
  freeDisk(): Promise<void>;
}

export async function openChaosRig({ nodes, workers, instances, diskBytes }: RigWish): Promise<ChaosRig> {
  await using stack = new AsyncDisposableStack();
  const postgres = await startPostgres();
  stack.defer(() => postgres.remove());
  const folder = new URL(await postgres.create(DATABASE)).searchParams.get("host") ?? "";
  const origin = stack.use(await startOrigin());
  const port = Number(new URL(origin.url).port);
  const originLink = stack.use(await startTcpRelay({ host: "127.0.0.1", port }));
  const resources = await mkdtemp(join(tmpdir(), "haulyard-cards-"));
  stack.defer(() => rm(resources, { recursive: true, force: true }));
  const machines = await Promise.all(
    Array.from({ length: instances }, (_, nth) => openChaosInstance(`gpu-${nth + 1}`)),
  );
  for (const machine of machines) stack.use(machine);
  const all: ChaosNode[] = [];
  for (const [index, name] of NAMES.slice(0, nodes).entries()) {
    const node = await ChaosNode.open({
      name,
      kind: index < nodes - workers ? "serve" : "worker",
      database: { folder, name: DATABASE },
      env: environment(resources),
      prepare: ({ downloads }) =>
        all.length === 0 && diskBytes !== null ? mount(downloads, diskBytes) : Promise.resolve(),
    });
    all.push(stack.use(node));
    if (all.length === 1 && diskBytes !== null) stack.defer(() => unmount(node.world.downloads));
  }
  await Promise.all(all.map((node) => node.start()));
  for (const machine of machines) await introduce(machine, all);
  const kept = stack.move();
  const disk = all[0]?.world.downloads ?? "";
  return {
    postgres,
    nodes: all,
    instances: machines,
    origin,
    originLink,
    resources,
    fillDisk: () => fillUp(disk),
    freeDisk: () => truncate(join(disk, FILLER), 0).catch(() => {}),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function environment(resources: string): Record<string, string> {
  return {
    HAULYARD_RESOURCES: resources,
    HAULYARD_LOCAL_JOBS: "6",
    HAULYARD_STALL_MINUTES: "1",
    HF_TOKEN: SECRETS.hub,
    CIVITAI_API_KEY: SECRETS.civitai,
  };
}

/** Adds an instance, and has its key accepted by each node, as a person does. */
async function introduce({ connection, label, uiHome }: ChaosInstance, nodes: ChaosNode[]): Promise<void> {
  const [first] = nodes;
  await call(`${first?.url}/hosts`, "POST", { ssh_connection: connection, label, ui_home: uiHome });
  for (const { url } of nodes.filter(({ kind }) => kind === "serve"))
    await waitFor(
      `${label} to be trusted`,
      async () => {
        await call(`${url}/ssh/verify-host`, "POST", { ssh_connection: connection, accept: false });
        return call(`${url}/ssh/verify-host`, "POST", { ssh_connection: connection, accept: true });
      },
      ({ status }) => status === 200,
    );
}

async function mount(folder: string, bytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder]);
}

async function unmount(folder: string): Promise<void> {
  await run("umount", ["-l", folder]);
}

const FILLER = "filler";
const MB = 1_000_000;

async function fillUp(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  for (let left = bavail * bsize; left > 0;) {
    const chunk = Buffer.alloc(Math.min(left, 16 * MB));
    left -= chunk.length;
    try {
      await writeFile(join(folder, FILLER), chunk, { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      return;
    }
  }
}
