/**
 * A real mounted file system that can lose power and fail: see `serve.ts`.
 *
 *   await using disk = await mountFragileDisk();
 *   await disk.fail([{ on: ["sync"], errno: "EIO" }]);          // the next fsync fails
 *   const left = await disk.cutPower("a", "any", seed);         // what of folder `a` would be left now
 */
import { fork } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Space } from "./answer-kernel.ts";
import type { Fault, Seen } from "./faults.ts";
import type { CutKind } from "./power-cut.ts";
import type { CutMade, CutPlan, Order } from "./serve.ts";

export class FragileDisk implements AsyncDisposable {
  /** Where it is mounted. */
  readonly root: string;
  readonly #ask: (order: Order) => Promise<unknown>;
  readonly #end: () => Promise<void>;

  constructor(root: string, ask: (order: Order) => Promise<unknown>, end: () => Promise<void>) {
    this.root = root;
    this.#ask = ask;
    this.#end = end;
  }

  /** Makes a folder right below the root; no other folders may be made in it. */
  async folder(name: string): Promise<string> {
    const path = join(this.root, name);
    await mkdir(path);
    return path;
  }

  /** From now on these operations fail; in place of what was told before under the same key. */
  async fail(faults: readonly Fault[], key = ""): Promise<void> {
    await this.#ask({ kind: "faults", key, faults });
  }

  /** Every operation since `fail` was called. */
  async seen(): Promise<readonly Seen[]> {
    return (await this.#ask({ kind: "seen" })) as readonly Seen[];
  }

  /** Answers the path of a new folder: that one as it would be if power were lost now. */
  async cutPower(folder: string, cut: CutKind, seed: number): Promise<string> {
    const made = (await this.#ask({ kind: "cut", folder, cut, seed })) as CutMade | null;
    if (made === null) throw new Error(`there is no folder ${folder}`);
    return join(this.root, made.folder);
  }

  /** Cuts power at random moments while a folder is used. */
  async planCuts(plan: CutPlan): Promise<void> {
    await this.#ask({ kind: "plan_cuts", plan });
  }

  /** Ends the plan of a folder. Answers what was cut. */
  async endCuts(folder: string): Promise<readonly CutMade[]> {
    return (await this.#ask({ kind: "end_cuts", folder })) as readonly CutMade[];
  }

  async setSpace(space: Space): Promise<void> {
    await this.#ask({ kind: "space", space });
  }

  /** As if half a minute had passed: everything in the folder is on the disk. */
  async settle(folder: string): Promise<void> {
    await this.#ask({ kind: "settle", folder });
  }

  /** Frees the memory of a folder below the root. */
  async forget(folder: string): Promise<void> {
    await rm(join(this.root, folder), { recursive: true, force: true });
    await this.#ask({ kind: "forget", folder });
  }

  /** Files on it that this process has open: their names in a folder, or in any. */
  openFiles(folder = this.root): string[] {
    return readdirSync("/proc/self/fd").flatMap((fd) => {
      try {
        const path = readlinkSync(`/proc/self/fd/${fd}`);
        return path.startsWith(`${folder}/`) ? [basename(path)] : [];
      } catch {
        return []; // closed meanwhile
      }
    });
  }

  /** Between two tests: no folders, no faults. Rejects if something was left open. */
  async clear(): Promise<void> {
    const open = this.openFiles();
    await this.fail([]);
    for (const name of await readdir(this.root)) await this.forget(name);
    if (open.length > 0) throw new Error(`left open: ${open.join(" ")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

/** Why there can be none here, or null. */
export function whyNoFragileDisk(): string | null {
  if (process.platform !== "linux") return "only Linux has what it needs";
  if (process.getuid?.() !== 0) return "only root may mount";
  if (!existsSync("/dev/fuse")) return "there is no /dev/fuse";
  return null;
}

export async function mountFragileDisk(): Promise<FragileDisk> {
  const root = await mkdtemp(join(tmpdir(), "haulyard-fragile-"));
  const child = fork(fileURLToPath(new URL("./serve.ts", import.meta.url)), [root], { execArgv: [] });
  const waiting = new Map<number, (answer: unknown) => void>();
  const { promise: mounted, resolve, reject } = Promise.withResolvers<void>();
  child.once("exit", (code) => reject(new Error(`the fragile disk ended with ${code}`)));
  child.on("message", (said: { mounted?: true; nth?: number; answer?: unknown }) => {
    if (said.mounted === true) resolve();
    else waiting.get(said.nth ?? 0)?.(said.answer);
  });
  await mounted;
  let nth = 0;
  const ask = (order: Order): Promise<unknown> => {
    nth += 1;
    const mine = nth;
    return new Promise((resolve) => {
      waiting.set(mine, (answer) => {
        waiting.delete(mine);
        resolve(answer);
      });
      child.send({ nth: mine, order });
    });
  };
  const end = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.disconnect();
    await gone;
    await rmdir(root).catch(() => {});
  };
  return new FragileDisk(root, ask, end);
}
