/**
 * A file system of its own in a process of its own: it keeps its files in memory, knows what of them was synced,
 * fails where it is told to, and shows what a power cut would leave. `fragile-disk.ts` starts it and speaks to it.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, read, writeSync } from "node:fs";
import { DiskError, planTask } from "./answer-kernel.ts";
import type { Space, Task } from "./answer-kernel.ts";
import type { Fault, Seen } from "./faults.ts";
import { ERRNO, Faults } from "./faults.ts";
import { IN_HEADER_BYTES, MAX_WRITE_BYTES, OPCODE, readRequest, reply } from "./fuse-wire.ts";
import type { Request } from "./fuse-wire.ts";
import { Nodes } from "./nodes.ts";
import type { CutKind } from "./power-cut.ts";
import { CUT_KINDS, cutPower, seeded } from "./power-cut.ts";

/** Power cuts at random moments: before operations in a folder. */
export interface CutPlan {
  folder: string;
  /** That it is cut before an operation, 0 to 1. */
  chance: number;
  /** Not before so many operations. Default 0. */
  after?: number;
  seed: number;
  /** No more than so many. */
  most: number;
  kinds?: readonly CutKind[];
}

/** The folder that shows what is left, and what was cut. */
export interface CutMade {
  folder: string;
  kind: CutKind;
  /** How many operations the disk had seen since the plan was made. */
  at: number;
}

export type Order =
  | { kind: "faults"; key: string; faults: readonly Fault[] }
  | { kind: "seen" }
  | { kind: "plan_cuts"; plan: CutPlan }
  | { kind: "cut"; folder: string; cut: CutKind; seed: number }
  /** The plan of the folder is over. */
  | { kind: "end_cuts"; folder: string }
  | { kind: "space"; space: Space }
  | { kind: "settle"; folder: string }
  | { kind: "forget"; folder: string };

const GiB_OF_BLOCKS = 2 ** 18;
/** Reads that wait for the kernel at once: each holds a thread of the pool. */
const READERS = 2;

const nodes = new Nodes();
const faults = new Faults();
let space: Space = { blocks: 64 * GiB_OF_BLOCKS, free: 64 * GiB_OF_BLOCKS };
/** By folder. */
const plans = new Map<string, CutPlan & { random: () => number; operations: number; made: CutMade[] }>();
let lastCut = 0;

const folder = process.argv[2] ?? "";
const device = openSync("/dev/fuse", "r+");
const options = `fd=3,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions`;
const mount = spawn("mount", ["-i", "-t", "fuse", "-o", options, "haulyard-fragile", folder], {
  stdio: ["ignore", "inherit", "inherit", device],
});
mount.once("exit", (code) => {
  if (code !== 0) process.exit(1);
  process.send?.({ mounted: true });
});
for (let nth = 0; nth < READERS; nth += 1) listen(Buffer.allocUnsafeSlow(MAX_WRITE_BYTES + 64 * 1024));

process.on("message", ({ nth, order }: { nth: number; order: Order }) => {
  process.send?.({ nth, answer: follow(order) });
});
process.once("disconnect", () => {
  // Threads that wait for the kernel keep a process from exiting; its death ends what is still mounted.
  const die = (): void => void process.kill(process.pid, "SIGKILL");
  spawn("umount", ["-l", folder]).once("exit", die).once("error", die);
});

function listen(buffer: Buffer): void {
  read(device, buffer, 0, buffer.length, null, (error, bytes) => {
    const code = error?.code ?? null;
    // Not mounted yet, or a request that was taken back while it was read.
    if (code === "EPERM") setTimeout(() => listen(buffer), 2);
    else if (code === "ENOENT" || code === "EINTR" || code === "EAGAIN") listen(buffer);
    else if (code !== null) end();
    else {
      if (bytes >= IN_HEADER_BYTES) answer(readRequest(buffer.subarray(0, bytes)));
      listen(buffer);
    }
  });
}

/** Unmounted. */
function end(): void {
  closeSync(device);
  process.exit(0);
}

function answer(request: Request): void {
  const { opcode, unique } = request;
  if (opcode === OPCODE.forget || opcode === OPCODE.batchForget || opcode === OPCODE.interrupt) return;
  const task = planTask(nodes, space, request);
  const fault = task.operation === null ? null : faults.meet(task.operation, task.name);
  if (fault?.delayMs === undefined) return settle(task, fault, request, unique);
  // The buffer is used again meanwhile.
  const late = planTask(nodes, space, { ...request, body: Buffer.from(request.body) });
  setTimeout(() => settle(late, fault, request, unique), fault.delayMs);
}

function settle(task: Task, fault: Fault | null, { nodeId }: Request, unique: bigint): void {
  if (task.operation !== null) cutByPlan(task);
  let errno = 0;
  let body: Uint8Array = new Uint8Array(0);
  try {
    if (fault?.errno !== undefined) {
      if (fault.done === true) task.run(false);
      const node = nodes.get(nodeId);
      if (task.operation === "sync" && node?.kind === "file" && fault.done !== true) node.pages.failToSync();
      throw new DiskError(fault.errno);
    }
    body = task.run(fault?.short === true);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    errno = error.number;
  }
  try {
    writeSync(device, reply(unique, errno, body));
  } catch (error) {
    // Whoever asked was killed meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function cutByPlan({ home }: Task): void {
  const plan = plans.get(home);
  if (plan === undefined) return;
  plan.operations += 1;
  if (plan.made.length >= plan.most || plan.operations <= (plan.after ?? 0)) return;
  if (plan.random() >= plan.chance) return;
  const kinds = plan.kinds ?? CUT_KINDS;
  const kind = kinds[Math.floor(plan.random() * kinds.length)] ?? "lost";
  const made = makeCut(plan.folder, kind, plan.random, plan.operations);
  if (made !== null) plan.made.push(made);
}

function makeCut(name: string, kind: CutKind, random: () => number, at: number): CutMade | null {
  const source = nodes.get(nodes.root.names.get(name) ?? 0);
  if (source?.kind !== "folder") return null;
  lastCut += 1;
  const { oldest, newest } = nodes.changesOf(source);
  const made = { folder: `${name}.cut-${lastCut}`, kind, at };
  nodes.copyAfterCut(source, made.folder, cutPower(kind, random, oldest, newest));
  return made;
}

function follow(order: Order): readonly Seen[] | readonly CutMade[] | CutMade | null {
  switch (order.kind) {
    case "faults":
      faults.set(order.key, order.faults);
      return null;
    case "seen":
      return faults.seen;
    case "plan_cuts": {
      const { plan } = order;
      plans.set(plan.folder, { ...plan, random: seeded(plan.seed), operations: 0, made: [] });
      return null;
    }
    case "end_cuts": {
      const made = plans.get(order.folder)?.made ?? [];
      plans.delete(order.folder);
      return made;
    }
    case "cut":
      return makeCut(order.folder, order.cut, seeded(order.seed), 0);
    case "space":
      space = order.space;
      return null;
    case "settle": {
      const node = nodes.get(nodes.root.names.get(order.folder) ?? 0);
      if (node?.kind === "folder") nodes.settle(node);
      return null;
    }
    case "forget":
      nodes.forget(order.folder);
      return null;
    default:
      throw order satisfies never;
  }
}

/** A fault names errors as the kernel does. */
ERRNO satisfies Record<NonNullable<Fault["errno"]>, number>;
