/** A real ext4 in a file of a fragile disk: a device that loses what it was not told to flush. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FragileDisk } from "./fragile-disk.ts";

const run = promisify(execFile);

export class Ext4 implements AsyncDisposable {
  readonly #root: string;
  #mounted = true;

  private constructor(root: string) {
    this.#root = root;
  }

  get folder(): string {
    return join(this.#root, "downloads");
  }

  /** @param name of the folder of the disk that holds the image */
  static async make(disk: FragileDisk, name: string, megabytes: number): Promise<Ext4> {
    const home = await disk.folder(name);
    const image = join(home, "disk.img");
    await writeFile(image, "");
    await run("truncate", ["-s", `${megabytes}M`, image]);
    const options = "lazy_itable_init=0,lazy_journal_init=0,nodiscard";
    await run("mkfs.ext4", ["-q", "-b", "4096", "-J", "size=4", "-E", options, image]);
    await disk.settle(name);
    return Ext4.mount(home);
  }

  /** Mounts the image in a folder: the journal is read, as after a power cut. */
  static async mount(home: string): Promise<Ext4> {
    const root = await mkdtemp(join(tmpdir(), "haulyard-ext4-"));
    await run("mount", ["-o", "loop,noatime,commit=1", join(home, "disk.img"), root]);
    const mounted = new Ext4(root);
    await mkdir(mounted.folder, { recursive: true });
    return mounted;
  }

  /** Everything written so far is on the device, flushed. */
  async sync(): Promise<void> {
    await run("sync", ["-f", this.#root]);
  }

  async unmount(): Promise<void> {
    if (!this.#mounted) return;
    this.#mounted = false;
    await run("umount", [this.#root]);
    await rmdir(this.#root);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unmount();
  }
}
