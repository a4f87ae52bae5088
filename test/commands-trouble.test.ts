/** Commands that hang, say nothing, lie, may not run any more, are begun by two servers, or fill the disk. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { refuseStep } from "../src/catalog/commands/refuse-step.ts";
import type { JobStore } from "../src/job/store-contract.ts";
import { QUICK, until } from "../src/shell/runs/suite/under-test.ts";
import { openLocalPlace } from "../src/shell/testing/local-place.ts";
import { commandOf, openCommandQueue } from "./world/command-queue.ts";
import { waitFor } from "./world/haulyard.ts";
import type { Instance } from "./world/instance.ts";
import { openInstance } from "./world/instance.ts";
import { startOrigin } from "./world/origin.ts";
import { processesWith } from "./world/processes.ts";

const SIZE = 3_000_000;
const isRoot = process.getuid?.() === 0;
const run = promisify(execFile);

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

describe.concurrent("a command that is not heard of any more", () => {
  test("though it had shown how its file grew: it is stopped and has stalled; a retry goes on from the bytes", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, cutAfter: 1_000_000, cut: "stall" } });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs, stallMs: 8_000 });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, place.work, { size: SIZE }),
    ]);
    const { state } = await queue.until(job.id, "failed");
    expect(state).toMatchObject({
      failure: { code: "stalled", message: expect.stringMatching(/No byte came for 8 s/) as string },
    });
    expect(processesWith(`${origin.url}/big.bin`)).toEqual([]);
    const kept = statSync(join(place.work, "big.bin")).size;
    expect(kept).toBeGreaterThan(0);
    origin.change("/big.bin", { cutAfter: SIZE });
    await queue.engine.act(job.id, "retry");
    await queue.until(job.id, "complete");
    expect(origin.seen("/big.bin").map(({ range }) => range)).toEqual([null, `bytes=${kept}-`]);
    expect(sha256(join(place.work, "big.bin"))).toBe(origin.hash("/big.bin"));
  });

  test("and may be at work on something else: its job says for how long, and it goes on", async () => {
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs, stallMs: 500 });
    const line = 'echo unpacking; until [ -e "$UI_HOME/go" ]; do sleep 0.1; done; echo unpacked';
    const job = await queue.add([commandOf(line, place.work)]);
    const note = async (): Promise<string | null> => (await queue.engine.get(job.id))?.progress.note ?? null;
    await waitFor("the note", note, (text) => /^no word from the command for \d+ s$/.test(text ?? ""));
    expect((await queue.engine.get(job.id))?.state.kind).toBe("running");
    writeFileSync(join(place.work, "go"), "");
    await queue.until(job.id, "complete");
  });
});

describe.concurrent("civitdl, which ends with 0 whatever happened", () => {
  // Its stand-in, see docs/tool-output.md.
  const LIKE = join(import.meta.dirname, "../tools/record-output/civitdl-like.py");

  test.each([
    ["has the model", "", null],
    ["needs a key", "--error 401", "unauthorized"],
    ["finds no such model", "--error 404", "not_found"],
    ["does not understand what it was given", "--error input", "command_failed"],
    ["has no room", "--error full", "no_space"],
    ["was cut off in the middle", "--stop-at 1000000", "truncated"],
  ])("when it %s", async (_, options, code) => {
    await using place = await openLocalPlace(QUICK);
    mkdirSync(join(place.work, "bin"));
    const text = `#!/bin/sh\nexec /usr/bin/python3 -u '${LIKE}' --size 2e6 ${options}\n`;
    writeFileSync(join(place.work, "bin/civitdl"), text, { mode: 0o755 });
    await using queue = await openCommandQueue({ runs: place.runs, commands: { pathFolders: ["~/bin"] } });
    const job = await queue.add([commandOf('civitdl 1678575 "$UI_HOME/models/loras"', place.work)]);
    if (code === "no_space") {
      expect((await queue.until(job.id, "paused")).state).toMatchObject({ why: "no_space" });
      return;
    }
    const { state } = await queue.until(job.id, code === null ? "complete" : "failed");
    if (code !== null) expect(state).toMatchObject({ failure: { code } });
  });
});

describe.concurrent("a policy that is stricter than when a job was planned", () => {
  test("refuses the job when its turn comes, and says why; what may run still does", async () => {
    await using place = await openLocalPlace(QUICK);
    await using world = await openLocalPlace();
    await using origin = await startOrigin({ "/a.bin": { size: 1000 } });
    const { runs } = place;
    const folder = world.work;
    const lines = [`wget -P "$UI_HOME" ${origin.url}/a.bin`, 'wget --version | tee "$UI_HOME/piped"'];
    let id: string;
    {
      // Nothing is claimed of an instance that takes no jobs.
      await using queue = await openCommandQueue({ runs, folder, perHost: 0, place: SSH });
      ({ id } = await queue.add(lines.map((line) => commandOf(line, place.work))));
    }
    const refuse = (step: Parameters<typeof refuseStep>[1]): string | null => refuseStep("known", step);
    await using queue = await openCommandQueue({ runs, folder, place: SSH, commands: { refuse } });
    const { state } = await queue.until(id, "failed");
    expect(state).toMatchObject({
      step: 1,
      failure: {
        code: "unsupported",
        message: expect.stringMatching(/may not run here: .*pipe/) as string,
        advice: expect.stringContaining("HAULYARD_COMMANDS") as string,
      },
    });
    expect(existsSync(join(place.work, "a.bin"))).toBe(true);
    expect(existsSync(join(place.work, "piped"))).toBe(false);
  });

  test("lets a command end that was begun before", async () => {
    await using place = await openLocalPlace(QUICK);
    await using world = await openLocalPlace();
    const { runs, work } = place;
    const line = 'touch "$UI_HOME/begun"; until [ -e "$UI_HOME/go" ]; do sleep 0.1; done; echo over';
    let id: string;
    {
      await using queue = await openCommandQueue({ runs, folder: world.work });
      ({ id } = await queue.add([commandOf(line, work)]));
      await waitFor(
        "its begin is written down",
        () => queue.store.get(id),
        (job) => job?.progress.command?.begun === true && existsSync(join(work, "begun")),
      );
    }
    const refuse = (): string => "nothing may";
    await using queue = await openCommandQueue({ runs, folder: world.work, commands: { refuse } });
    writeFileSync(join(work, "go"), "");
    await queue.until(id, "complete");
  });
});

const SSH = { kind: "ssh", hostId: "instance-1" } as const;

describe.concurrent("two servers on one queue", () => {
  test("that begin the same command at the same moment run it once", async () => {
    await using place = await openLocalPlace(QUICK);
    await using world = await openLocalPlace();
    const folder = world.work;
    // Both are at the point of starting it before either does.
    const arrived = Promise.withResolvers<void>();
    const both = Promise.withResolvers<void>();
    let starts = 0;
    const starting: typeof place.runs.start = async (spec) => {
      starts += 1;
      if (starts === 1) arrived.resolve();
      else both.resolve();
      await both.promise;
      return place.runs.start(spec, new AbortController().signal);
    };
    const runs = { ...place.runs, start: starting };
    let isCutOff = false;
    // One that loses sight of the store while it works, and does not hear that it has lost the job.
    const storeOf = (store: JobStore): JobStore => ({
      ...store,
      claim: async (request) => (isCutOff ? null : store.claim(request)),
      heartbeat: async (beats, expiresAt) => (isCutOff ? [] : store.heartbeat(beats, expiresAt)),
    });
    await using first = await openCommandQueue({ runs, folder, storeOf });
    const job = await first.add([
      commandOf('echo ran >> "$UI_HOME/ran"; sleep 1; echo done >> "$UI_HOME/ran"', place.work),
    ]);
    await arrived.promise;
    isCutOff = true;
    // Its lease runs out after ten seconds; then the other one takes the job over.
    await using second = await openCommandQueue({ runs, folder });
    await second.until(job.id, "complete");
    expect(starts).toBe(2);
    expect(readFileSync(join(place.work, "ran"), "utf8")).toBe("ran\ndone\n");
  });
});

describe
  .skipIf(!isRoot)
  .concurrent("an instance whose disk is full (needs root to mount a small one)", () => {
    /** All of the instance's files, its runs among them, are on a disk of so many bytes. */
    async function smallDisk(instance: Instance, bytes: number): Promise<AsyncDisposable> {
      const { work } = instance;
      await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", work]);
      return { [Symbol.asyncDispose]: async () => void (await run("umount", ["-l", work])) };
    }

    function fill(folder: string, leave: number): string {
      const path = join(folder, "filler");
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
      return path;
    }

    test.each([
      ["wget", `wget -P "$UI_HOME" URL`, true],
      ["curl", `curl -C - -o "$UI_HOME/big.bin" URL`, true],
      // It could not write down which parts it has.
      ["aria2c", `aria2c -c --file-allocation=none -d "$UI_HOME" -o big.bin URL`, false],
    ])(
      "while %s runs: the job says so, the bytes are kept, and it goes on from them by itself once there is room",
      async (_, line, goesOn) => {
        await using origin = await startOrigin({ "/big.bin": { size: SIZE } });
        await using instance = await openInstance({ runs: QUICK });
        await using _disk = await smallDisk(instance, 100_000_000);
        await using queue = await openCommandQueue({ runs: instance.runs, place: SSH });
        const { work } = instance;
        const filler = fill(work, SIZE / 2);
        const job = await queue.add([commandOf(line.replace("URL", `${origin.url}/big.bin`), work)]);
        const { state } = await queue.until(job.id, "paused");
        expect(state).toMatchObject({
          why: "no_space",
          note: expect.stringMatching(/full|space|writ/i) as string,
        });
        const kept = statSync(join(work, "big.bin")).size;
        expect(kept).toBeGreaterThan(0);
        // It is known how little there was.
        await until("the disk was looked at", () => queue.spaceLooks() > 0);
        truncateSync(filler);
        const done = await queue.until(job.id, "complete");
        expect(sha256(join(work, "big.bin"))).toBe(origin.hash("/big.bin"));
        const begins = origin.seen("/big.bin").map(({ range }) => Number(/\d+/.exec(range ?? "0")?.[0]));
        expect((begins.at(-1) ?? 0) > 0).toBe(goesOn);
        expect(done.progress).toMatchObject({ bytesDone: SIZE });
      },
    );

    test("before anything can be begun there: the job says so, and goes on by itself once there is room", async () => {
      await using origin = await startOrigin({ "/big.bin": { size: SIZE } });
      await using instance = await openInstance({ runs: QUICK });
      await using _disk = await smallDisk(instance, 80_000_000);
      await using queue = await openCommandQueue({ runs: instance.runs, place: SSH });
      const { work, folder } = instance;
      const filler = fill(work, 0);
      const job = await queue.add([commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, work)]);
      expect((await queue.until(job.id, "paused")).state).toMatchObject({
        why: "no_space",
        note: expect.stringMatching(/space|full/i) as string,
      });
      expect(origin.requests).toEqual([]);
      // It is known how little there was.
      await until("the disk was looked at", () => queue.spaceLooks() > 0);
      truncateSync(filler);
      await queue.until(job.id, "complete");
      await until("its run is cleaned away", () => readdirSync(folder).length === 0);
    });
  });
