/** Trees that were read, and when: who asks for the catalogue is not kept waiting for publishers again and again. */
import type { Clock } from "../../../job/clock.ts";
import type { ReadText } from "../read-text.ts";
import { readTree } from "./read-tree.ts";
import type { Tree } from "./read-tree.ts";
import type { TreeSetting } from "./tree-setting.ts";

/** Publishers build once a day; a tree is read again in the background when it is older. */
const FRESH_MS = 60 * 60_000;
/** After trouble it is tried again sooner. */
const RETRY_MS = 5 * 60_000;
/** Who asks first waits so long; what comes later is in the next answer. */
const FIRST_WAIT_MS = 8_000;

interface Shelf {
  tree: Tree;
  nextAt: number;
  reading: Promise<void> | null;
}

export class TreeShelf {
  readonly #read: ReadText;
  readonly #clock: Clock;
  readonly #shelves = new Map<string, Shelf>();
  readonly #stopped = new AbortController();

  constructor(read: ReadText, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /** As they were read last; reading begins where that is too long ago. Rejects never. */
  async read(settings: readonly TreeSetting[]): Promise<Tree[]> {
    return Promise.all(settings.map((setting) => this.#one(setting)));
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#shelves.values()].map(async ({ reading }) => reading));
  }

  async #one(setting: TreeSetting): Promise<Tree> {
    const key = JSON.stringify(setting);
    const known = this.#shelves.get(key);
    const shelf = known ?? { tree: notYet(setting), nextAt: 0, reading: null };
    this.#shelves.set(key, shelf);
    if (this.#clock.now() >= shelf.nextAt && !this.#stopped.signal.aborted)
      shelf.reading ??= this.#fill(shelf, setting).finally(() => (shelf.reading = null));
    if (known === undefined && shelf.reading !== null) await this.#waitFor(shelf.reading);
    return shelf.tree;
  }

  async #fill(shelf: Shelf, setting: TreeSetting): Promise<void> {
    const { signal } = this.#stopped;
    const tree = await readTree(setting, this.#read, signal);
    if (signal.aborted) return;
    const failed = tree.entries.length === 0 && tree.bad.length > 0;
    shelf.nextAt = this.#clock.now() + (failed ? RETRY_MS : FRESH_MS);
    // What was there yesterday is still worth more than nothing.
    shelf.tree = failed ? { entries: shelf.tree.entries, bad: tree.bad } : tree;
  }

  async #waitFor(reading: Promise<void>): Promise<void> {
    const enough = new AbortController();
    await Promise.race([reading, this.#clock.sleep(FIRST_WAIT_MS, enough.signal)]);
    enough.abort();
  }
}

function notYet({ url }: TreeSetting): Tree {
  return { entries: [], bad: [{ id: null, field: url, reason: "is being read for the first time" }] };
}
