import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../job/clock.ts";
import type { FileKeeper } from "../job/file-keeper-contract.ts";
import type { Job } from "../job/job.ts";
import type { JobStore } from "../job/store-contract.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { createFileKeeper } from "./file-keeper.ts";

const PATIENCE = { timeout: 180_000, interval: 20 };
const LONG_AGO = new Date("2026-01-02T03:04:05Z");
const NEVER = new AbortController().signal;

let folder: string;
let store: JobStore;
let keeper: FileKeeper;
let warnings: string[];
let busy: NodeJS.Timeout | null = null;

/** Downloads come in at speed, so that no file is read but for somebody who waits for it. */
function keepBusy(): void {
  keeper.noteTraffic(1e9);
  busy ??= setInterval(() => keeper.noteTraffic(1e9), 100);
}

function endBusy(): void {
  if (busy !== null) clearInterval(busy);
  busy = null;
}

function newKeeper(
  roots: readonly string[] = [join(folder, "models")],
  files = store.files("here"),
): FileKeeper {
  return createFileKeeper({
    store: files,
    roots: async () => roots,
    clock: systemClock,
    log: { warn: (_facts, message) => void warnings.push(message) },
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-files-"));
  await mkdir(join(folder, "models"));
  store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  warnings = [];
  keeper = newKeeper();
});
afterEach(async () => {
  endBusy();
  await keeper.stop();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, "models", name);
const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** A file that was there long before. */
async function put(name: string, content: Uint8Array | string): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
  await utimes(at(name), LONG_AGO, LONG_AGO);
  return at(name);
}

async function namesIn(): Promise<string[]> {
  const { files } = await keeper.list({ under: null, after: null, limit: 1000 });
  return files.map(({ path }) => path.slice(at("x").length - 1));
}

const walked = (): Promise<void> => vi.waitFor(() => expect(keeper.state().isComplete).toBe(true), PATIENCE);

describe("the index of files", () => {
  test("finds what lies in the folders, and reads it for its hash by and by", async () => {
    const content = randomBytes(5_000_001);
    const path = await put("vae/deep/x.safetensors", content);
    await put("y.bin", "short");
    keeper.start();
    await vi.waitFor(
      async () => expect(await keeper.find({ sha256: sha256(content) })).toHaveLength(1),
      PATIENCE,
    );
    const [found] = await keeper.find({ sha256: sha256(content), size: content.length });
    expect(found).toEqual({
      path,
      size: content.length,
      modifiedAt: LONG_AGO.getTime(),
      sha256: sha256(content),
      origin: null,
    });
    expect(await keeper.find({ sha256: sha256(content), size: 1 })).toEqual([]);
    await vi.waitFor(
      async () => expect((await keeper.describe(at("y.bin")))?.sha256).toBe(sha256("short")),
      PATIENCE,
    );
    expect(keeper.folders()).toEqual([
      { folder: join(folder, "models"), files: 1, bytes: 5, unreadBytes: 0 },
      { folder: at("vae"), files: 0, bytes: 0, unreadBytes: 0 },
      { folder: at("vae/deep"), files: 1, bytes: content.length, unreadBytes: 0 },
    ]);
    expect(warnings).toEqual([]);
  });

  test("knows nothing of what is not whole, hidden, or a link", async () => {
    for (const name of [
      "a.bin.part",
      "a.bin.part.json",
      "a.bin.part.lock",
      "b.incomplete",
      ".hidden",
      ".git/c",
      "d.aria2",
    ])
      await put(name, "x");
    await mkdir(join(folder, "elsewhere"));
    await writeFile(join(folder, "elsewhere/secret"), "x");
    await symlink(join(folder, "elsewhere"), at("link"));
    await symlink(join(folder, "elsewhere/secret"), at("file-link"));
    await put("whole.bin", "x");
    keeper.start();
    await walked();
    expect(await namesIn()).toEqual(["whole.bin"]);
  });

  test("takes in a folder of more files than fit into one message, page by page", async () => {
    for (let n = 0; n < 1203; n++) await put(`many/${String(n).padStart(4, "0")}`, String(n));
    keepBusy();
    keeper.start();
    await walked();
    const first = await keeper.list({ under: at("many"), after: null, limit: 1000 });
    const second = await keeper.list({ under: at("many"), after: first.next, limit: 1000 });
    expect([first.files.length, second.files.length, second.next]).toEqual([1000, 203, null]);
    await rm(at("many/0007"));
    keeper.lookAgain(at("many"));
    await vi.waitFor(() => expect(keeper.folders().at(-1)?.files).toBe(1202), PATIENCE);
    expect(await store.files("here").get({ folder: at("many"), name: "0007" })).toBeNull();
  });

  test("forgets the hash of a file that was written into, and finds the new one", async () => {
    const path = await put("x.bin", "before");
    keeper.start();
    await vi.waitFor(
      async () => expect((await keeper.describe(path))?.sha256).toBe(sha256("before")),
      PATIENCE,
    );
    await writeFile(path, "after!");
    expect((await keeper.describe(path))?.sha256).toBeNull();
    expect(await keeper.find({ sha256: sha256("before") })).toEqual([]);
    await utimes(path, LONG_AGO, new Date(LONG_AGO.getTime() + 1000));
    keeper.lookAgain(dirname(path));
    await vi.waitFor(
      async () => expect((await keeper.describe(path))?.sha256).toBe(sha256("after!")),
      PATIENCE,
    );
  });

  test("knows a file that was moved without reading it again, and forgets where it was", async () => {
    const path = await put("old/x.bin", "moved");
    keeper.start();
    await vi.waitFor(
      async () => expect(await keeper.find({ sha256: sha256("moved") })).toHaveLength(1),
      PATIENCE,
    );
    keepBusy();
    await mkdir(at("new"));
    await rename(path, at("new/y.bin"));
    keeper.lookAgain(join(folder, "models"));
    keeper.lookAgain(at("old"));
    await vi.waitFor(
      async () =>
        expect((await keeper.find({ sha256: sha256("moved") })).map((file) => file.path)).toEqual([
          at("new/y.bin"),
        ]),
      PATIENCE,
    );
    // Its name changed: whoever relies on its bytes has to read them. Its old folder is looked at last.
    await vi.waitFor(
      async () =>
        expect(await store.files("here").byHash(sha256("moved"), 9)).toMatchObject([
          { name: "y.bin", isSure: false },
        ]),
      PATIENCE,
    );
  });

  test("keeps what it has read over a restart, and a disk that is not mounted just now", async () => {
    await put("x.bin", "kept");
    keeper.start();
    await vi.waitFor(
      async () => expect(await keeper.find({ sha256: sha256("kept") })).toHaveLength(1),
      PATIENCE,
    );
    await keeper.stop();
    await rename(join(folder, "models"), join(folder, "away"));
    keeper = newKeeper();
    keepBusy();
    keeper.start();
    await walked();
    expect(await keeper.find({ sha256: sha256("kept") })).toEqual([]);
    await rename(join(folder, "away"), join(folder, "models"));
    expect(await keeper.find({ sha256: sha256("kept") })).toHaveLength(1);
  });

  test("forgets the files of folders it is not to look through any more", async () => {
    await put("x.bin", "x");
    keeper.start();
    await walked();
    await keeper.stop();
    await mkdir(join(folder, "other"));
    keeper = newKeeper([join(folder, "other")]);
    keeper.start();
    await walked();
    expect(await store.files("here").page({ under: null, after: null, limit: 9 })).toEqual([]);
  });

  test("leaves files unread while downloads come in at speed, unless somebody waits for one", async () => {
    const path = await put("x.bin", "waits");
    const other = await put("y.bin", "asked");
    keepBusy();
    keeper.start();
    await walked();
    expect(await keeper.hashNow(other, NEVER)).toBe(sha256("asked"));
    expect((await keeper.describe(path))?.sha256).toBeNull();
    endBusy();
    await vi.waitFor(
      async () => expect((await keeper.describe(path))?.sha256).toBe(sha256("waits")),
      PATIENCE,
    );
  });

  test("tells no hash of what it is asked for and is not there, and none when it is called off", async () => {
    const path = await put("x.bin", "x");
    keeper.start();
    await walked();
    expect(await keeper.hashNow(at("none"), NEVER)).toBeNull();
    expect(await keeper.describe(at("none"))).toBeNull();
    keepBusy();
    const outside = join(folder, "outside.bin");
    await writeFile(outside, "free");
    expect(await keeper.hashNow(outside, NEVER)).toBe(sha256("free"));
    expect(await store.files("here").get({ folder, name: "outside.bin" })).toBeNull();
    expect(await keeper.hashNow(path, AbortSignal.abort())).toSatisfy(
      (hash) => hash === null || hash === sha256("x"),
    );
  });
});

describe("a download of ours", () => {
  const source = { kind: "huggingface", repo: "o/r", revision: "main", filepath: "x" } as const;
  const job = (path: string, more: Partial<Job> = {}): Job =>
    ({
      source,
      state: { kind: "complete" },
      steps: [{ kind: "transfer", url: "https://example.com/x" }],
      destination: path,
      checksumState: { kind: "verified", algorithm: "sha256", hex: sha256("came"), origin: "request" },
      endedAt: Date.now() + 1000,
      updatedAt: 0,
      ...more,
    }) as unknown as Job;

  test("is known with its hash and where it came from at once", async () => {
    keeper.start();
    await walked();
    keepBusy();
    const path = await put("x.bin", "came");
    await keeper.noteJob(job(path));
    expect(await keeper.find({ sha256: sha256("came") })).toEqual([
      expect.objectContaining({ path, origin: { source, url: "https://example.com/x" } }),
    ]);
  });

  test("is known with where it came from though it was being read for its hash", async () => {
    const files = store.files("here");
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    let calls = 0;
    keeper = newKeeper([join(folder, "models")], {
      ...files,
      // Asked first by whoever has read it, before the hash is written down.
      get: async (place) => {
        const known = await files.get(place);
        calls += 1;
        asked.resolve();
        if (calls === 1) await answer.promise;
        return known;
      },
    });
    const path = await put("x.bin", "came");
    keeper.start();
    await asked.promise;
    const noted = keeper.noteJob(job(path));
    // Enough for it to be done, were it not to wait.
    await new Promise((later) => setTimeout(later, 100));
    answer.resolve();
    await noted;
    await walked();
    keepBusy();
    expect(await keeper.find({ sha256: sha256("came") })).toEqual([
      expect.objectContaining({ path, origin: { source, url: "https://example.com/x" } }),
    ]);
  });

  test("is known with where it came from though it came into a new folder while all were looked through", async () => {
    const files = store.files("here");
    let path = "";
    keeper = newKeeper([join(folder, "models")], {
      ...files,
      // Asked when all folders were met, for those of an earlier start that are gone.
      folderAfter: async (before) => {
        if (path === "") {
          path = await put("new/x.bin", "came");
          await keeper.noteJob(job(path));
        }
        return files.folderAfter(before);
      },
    });
    keeper.start();
    await walked();
    keepBusy();
    expect(await keeper.find({ sha256: sha256("came") })).toEqual([
      expect.objectContaining({ path, origin: { source, url: "https://example.com/x" } }),
    ]);
  });

  test("is known with where it came from though it came before the folders were looked through", async () => {
    const path = await put("x.bin", "came");
    await keeper.noteJob(job(path));
    keeper.start();
    await walked();
    keepBusy();
    expect(await keeper.find({ sha256: sha256("came") })).toEqual([
      expect.objectContaining({ path, origin: { source, url: "https://example.com/x" } }),
    ]);
  });

  test("says nothing of a file that was touched since", async () => {
    keeper.start();
    await walked();
    keepBusy();
    const path = await put("x.bin", "else");
    await keeper.noteJob(job(path, { endedAt: Date.now() - 60_000 }));
    expect(await keeper.find({ sha256: sha256("came") })).toEqual([]);
  });
});

describe("holding a file against its hash", () => {
  test("says whether it is right, and keeps the answer for as long as the file stays as it is", async () => {
    const path = await put("x.bin", "bytes");
    keeper.start();
    await walked();
    const expected = { algorithm: "sha256", hex: sha256("bytes"), origin: "model entry" } as const;
    expect((await keeper.verify(path, expected, NEVER))?.check).toMatchObject({
      verdict: "right",
      origin: "model entry",
    });
    const wrong = await keeper.verify(path, { ...expected, hex: sha256("other") }, NEVER);
    expect(wrong).toMatchObject({
      sha256: sha256("bytes"),
      check: { verdict: "wrong", expected: sha256("other") },
    });
    await writeFile(path, "changed");
    keeper.lookAgain(dirname(path));
    await vi.waitFor(
      async () =>
        expect((await store.files("here").get({ folder: dirname(path), name: "x.bin" }))?.check).toBeNull(),
      PATIENCE,
    );
  });

  test("tells nothing of a file that is written into while it is read", async () => {
    const path = await put("x.bin", randomBytes(9_000_000));
    keeper.start();
    await walked();
    await vi.waitFor(async () => expect((await keeper.describe(path))?.sha256).not.toBeNull(), PATIENCE);
    let isOpen = true;
    const touch = (async (): Promise<void> => {
      while (isOpen) {
        if (await isOpened(path)) await utimes(path, LONG_AGO, LONG_AGO);
        await sleep(0);
      }
    })();
    // As often as it takes for a touch to fall into a reading.
    await vi.waitFor(async () => {
      const checked = await keeper.verify(
        path,
        { algorithm: "sha1", hex: "0".repeat(40), origin: "x" },
        NEVER,
      );
      expect(checked).toBeNull();
    }, PATIENCE);
    isOpen = false;
    await touch;
  });
});

/** Some descriptor of this process is of the file. */
async function isOpened(path: string): Promise<boolean> {
  for (const fd of await readdir("/proc/self/fd"))
    if ((await readlink(`/proc/self/fd/${fd}`).catch(() => "")) === path) return true;
  return false;
}
