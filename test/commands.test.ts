/** Commands of cards, as the queue runs them: real shells, real wget and curl, a real origin. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Job } from "../src/job/job.ts";
import { percentOf } from "../src/job/progress.ts";
import { QUICK, until } from "../src/shell/runs/suite/under-test.ts";
import { openLocalPlace } from "../src/shell/testing/local-place.ts";
import type { CommandQueue } from "./world/command-queue.ts";
import { commandOf, openCommandQueue } from "./world/command-queue.ts";
import { startOrigin } from "./world/origin.ts";
import { processesWith } from "./world/processes.ts";

const SIZE = 3_000_000;

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** Every percent and byte count that was told of a job until it ended. */
async function watchProgress(
  queue: CommandQueue,
  job: Job,
): Promise<{ percents: number[]; bytes: number[] }> {
  const percents: number[] = [];
  const bytes: number[] = [];
  const stop = new AbortController();
  for await (const item of queue.engine.feed(await queue.engine.cursor(), stop.signal)) {
    const now = (await queue.engine.get(job.id)) ?? job;
    const progress =
      item.kind === "progress" ? item.jobs.find(({ id }) => id === job.id)?.progress : now.progress;
    if (progress !== undefined) {
      bytes.push(progress.bytesDone);
      const percent = percentOf(progress, now.state.kind === "complete");
      if (percent !== null) percents.push(percent);
    }
    if (["complete", "failed", "cancelled"].includes(now.state.kind)) break;
  }
  stop.abort();
  return { percents, bytes };
}

describe("a card's command", () => {
  test("is done when its file is there with the size and hash it should have, and its log is kept", async () => {
    await using origin = await startOrigin({ "/model.bin": { size: SIZE } });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME/models" ${origin.url}/model.bin`, place.work, {
        size: SIZE,
        checksum: { algorithm: "sha256", hex: origin.hash("/model.bin"), origin: "card" },
      }),
    ]);
    const done = await queue.until(job.id, "complete");
    expect(statSync(join(place.work, "models/model.bin")).size).toBe(SIZE);
    expect(done.progress).toMatchObject({ bytesDone: SIZE, bytesTotal: SIZE });
    expect(done.checksumState).toMatchObject({ kind: "verified", origin: "card" });
    const log = await queue.log(job.id);
    expect(log).toContain('$ wget -P "$UI_HOME/models"');
    // Of a bar that was drawn a hundred times the last drawing stays.
    expect(log.match(/100%/g)).toHaveLength(1);
    await until("its run is cleaned away", () => readdirSync(place.folder).length === 0);
    expect(queue.errors).toEqual([]);
  });

  test("follows the one before it in the card; bytes add up and neither they nor the percent go back", async () => {
    await using origin = await startOrigin({
      "/a.bin": { size: 1_500_000, bytesPerSecond: 500_000 },
      "/b.bin": { size: 1_500_000, bytesPerSecond: 500_000 },
    });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME" ${origin.url}/a.bin`, place.work),
      commandOf(`curl -o "$UI_HOME/b.bin" ${origin.url}/b.bin`, place.work),
    ]);
    const { percents, bytes } = await watchProgress(queue, job);
    const done = await queue.until(job.id, "complete");
    expect(done.progress).toMatchObject({ bytesDone: 3_000_000, bytesTotal: 3_000_000, attempt: 1 });
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(percents.filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(2);
    expect(origin.requests.map(({ path }) => path)).toEqual(["/a.bin", "/b.bin"]);
    expect((await queue.engine.history(job.id))?.map(({ reason }) => reason)).toContain("step 1 of 2 done");
  });

  test("that failed is where a retry begins: what was done before is not done again", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 1000 } });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME" ${origin.url}/a.bin`, place.work),
      commandOf(`wget -P "$UI_HOME" ${origin.url}/late.bin`, place.work),
      commandOf('touch "$UI_HOME/third"', place.work),
    ]);
    const failed = await queue.until(job.id, "failed");
    expect(failed.state).toMatchObject({
      step: 1,
      failure: { code: "not_found", message: expect.stringContaining("404") as string },
    });
    expect(existsSync(join(place.work, "third"))).toBe(false);
    origin.put("/late.bin", { size: 2000 });
    await queue.engine.act(job.id, "retry");
    await queue.until(job.id, "complete");
    expect(origin.seen("/a.bin")).toHaveLength(1);
    expect(existsSync(join(place.work, "third"))).toBe(true);
  });

  test("is gone with all it started once the job is cancelled, and its bytes stop coming", async () => {
    await using origin = await startOrigin({ "/slow.bin": { size: SIZE, bytesPerSecond: 20_000 } });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const url = `${origin.url}/slow.bin`;
    const job = await queue.add([commandOf(`(sleep 300 & wget -P "$UI_HOME" ${url}); true`, place.work)]);
    await origin.until(() => origin.bytesSent("/slow.bin") > 20_000);
    expect(processesWith(url)).not.toEqual([]);
    await queue.engine.act(job.id, "cancel");
    await queue.until(job.id, "cancelled");
    expect(processesWith(url)).toEqual([]);
    const { size } = statSync(join(place.work, "slow.bin"));
    await sleep(500);
    expect(statSync(join(place.work, "slow.bin")).size).toBe(size);
    await until("its run is cleaned away", () => readdirSync(place.folder).length === 0);
  });

  test("that was paused goes on from the bytes that are there, though its line says nothing of that", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, bytesPerSecond: 50_000 } });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, place.work, { size: SIZE }),
    ]);
    await until("bytes are there", () => sizeOf(join(place.work, "big.bin")) > 50_000);
    await queue.engine.act(job.id, "pause");
    await queue.until(job.id, "paused");
    expect(processesWith(`${origin.url}/big.bin`)).toEqual([]);
    const kept = statSync(join(place.work, "big.bin")).size;
    expect(kept).toBeGreaterThan(0);
    origin.release("/big.bin");
    await queue.engine.act(job.id, "resume");
    const done = await queue.until(job.id, "complete");
    expect(origin.seen("/big.bin").map(({ range }) => range)).toEqual([null, `bytes=${kept}-`]);
    expect(sha256(join(place.work, "big.bin"))).toBe(origin.hash("/big.bin"));
    expect(readdirSync(place.work).filter((name) => name.startsWith("big"))).toEqual(["big.bin"]);
    expect(done.progress.attempt).toBe(1);
  });

  test("goes on while the server is restarted: met again, asked once of the origin, read on where it was left", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, bytesPerSecond: 30_000 } });
    await using place = await openLocalPlace(QUICK);
    await using world = await openLocalPlace();
    const folder = world.work;
    let job: Job;
    {
      await using queue = await openCommandQueue({ runs: place.runs, folder });
      job = await queue.add([
        commandOf(`echo first; wget -P "$UI_HOME" ${origin.url}/big.bin; echo last`, place.work),
      ]);
      await until("it is known how much came", async () => {
        return ((await queue.engine.get(job.id))?.progress.bytesDone ?? 0) > 0;
      });
    }
    const between = statSync(join(place.work, "big.bin")).size;
    await until("it grows", () => statSync(join(place.work, "big.bin")).size > between);
    await using queue = await openCommandQueue({ runs: place.runs, folder });
    const before = (await queue.engine.get(job.id))?.progress.bytesDone ?? 0;
    expect(before).toBeGreaterThan(0);
    origin.release("/big.bin");
    await queue.until(job.id, "complete");
    expect(origin.seen("/big.bin")).toHaveLength(1);
    const log = await queue.log(job.id);
    expect(log.match(/^first$|^last$|Saving to|100%/gm)).toEqual(["first", "Saving to", "100%", "last"]);
    expect(log.match(/^\$ /gm)).toHaveLength(1);
  });
});

describe("a command that goes wrong", () => {
  test.each([
    [
      "nothing-like-this --now",
      { code: "tool_missing", message: expect.stringMatching(/nothing-like-this/) },
    ],
    ["civitdl 123 .", { code: "tool_missing", advice: expect.stringContaining("pip install civitdl") }],
    [
      "echo to the end >&2; exit 9",
      { code: "command_failed", message: expect.stringMatching(/code 9: to the end/) },
    ],
    ["kill -SEGV $$", { code: "command_failed", message: expect.stringContaining("SIGSEGV") }],
    ["unterminated 'quote", { code: "command_failed" }],
  ])("%s: the failure says what it was", async (line, expected) => {
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([commandOf(line, place.work)]);
    const { state } = await queue.until(job.id, "failed");
    expect(state).toMatchObject({ failure: expected });
    expect(await queue.log(job.id)).toMatch(/^! /m);
  });

  test.each(["echo 'Write error!'", "echo 'x: No space left on device'; exit 1"])(
    "%s: the job waits for space, and says why",
    async (line) => {
      await using place = await openLocalPlace(QUICK);
      await using queue = await openCommandQueue({ runs: place.runs });
      const job = await queue.add([commandOf(line, place.work)]);
      const { state } = await queue.until(job.id, "paused");
      expect(state).toMatchObject({
        why: "no_space",
        note: expect.stringMatching(/disk there is full|No space left/) as string,
      });
      expect(await queue.log(job.id)).toMatch(/^! The (?:tool could not write|command ended)/m);
    },
  );

  test("a page of an error is not taken for a file: curl fails though the line does not ask it to", async () => {
    await using origin = await startOrigin();
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([commandOf(`curl -o "$UI_HOME/x" ${origin.url}/gone.bin`, place.work)]);
    expect((await queue.until(job.id, "failed")).state).toMatchObject({ failure: { code: "not_found" } });
    expect(existsSync(join(place.work, "x"))).toBe(false);
  });

  test.each([
    [{ size: 999 }, "size_mismatch", /has 1000 bytes .*expected were 999/],
    [
      { checksum: { algorithm: "sha256", hex: "00", origin: "card" } },
      "checksum_mismatch",
      /expected was 00/,
    ],
    [{ name: "other.bin" }, "command_failed", /other\.bin is not there/],
  ] as const)("a wrong file fails the job: %o", async (known, code, message) => {
    await using origin = await startOrigin({ "/a.bin": { size: 1000 } });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([commandOf(`wget -P "$UI_HOME" ${origin.url}/a.bin`, place.work, known)]);
    expect((await queue.until(job.id, "failed")).state).toMatchObject({
      failure: { code, message: expect.stringMatching(message) as string },
    });
  });

  test("a file that cannot fit is not begun, and the job says how much is missing", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 1000 } });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME/not/there/yet" ${origin.url}/a.bin`, place.work, { size: 2 ** 50 }),
    ]);
    const { state } = await queue.until(job.id, "paused");
    expect(state).toMatchObject({
      why: "no_space",
      note: expect.stringMatching(/need 1048576\.0 GiB more.* GiB free/) as string,
    });
    expect(origin.requests).toEqual([]);
  });

  test("one that breaks on its way is run again by itself, and goes on from the bytes that came", async () => {
    await using origin = await startOrigin({
      "/a.bin": {
        size: SIZE,
        cutAfter: 1_000_000,
        cut: "rst",
        then: { afterRequests: 1, file: { size: SIZE } },
      },
    });
    await using place = await openLocalPlace(QUICK);
    await using queue = await openCommandQueue({ runs: place.runs });
    const job = await queue.add([
      commandOf(`wget --tries=1 -P "$UI_HOME" ${origin.url}/a.bin`, place.work, { size: SIZE }),
    ]);
    await queue.until(job.id, "complete");
    expect(sha256(join(place.work, "a.bin"))).toBe(origin.hash("/a.bin"));
    expect(origin.seen("/a.bin")[1]?.range).toMatch(/^bytes=[1-9]\d*-$/);
  });
});

describe("several connections for a plain fetch", () => {
  const TOKEN = "hf_AskedForByNobody0123456789";
  const FILE = { size: 20_000_000, bytesPerSecond: 10_000_000 };

  async function fetchWith(
    connections: number | null,
    line: string,
    hfToken: string | null = null,
  ): Promise<{ done: Job; agents: string[] }> {
    await using origin = await startOrigin({ "/big.bin": FILE });
    await using place = await openLocalPlace(QUICK);
    const host = { limits: { jobs: null, connections } };
    const elsewhere = { civitaiApiKey: null, civitaiEndpoint: "https://elsewhere.test" };
    await using queue = await openCommandQueue({
      runs: place.runs,
      place: { kind: "ssh", hostId: "h" },
      commands: {
        credentials: { hfToken, hfEndpoint: origin.url, ...elsewhere },
        hosts: {
          get: async () => host as never,
          runsAt: async () => place.runs,
          lookAt: async () => ({ kind: "unknown" }),
          removeAt: async () => ({ kind: "unknown" }),
        },
      },
    });
    const known = {
      size: FILE.size,
      checksum: { algorithm: "sha256", hex: origin.hash("/big.bin"), origin: "card" },
    } as const;
    const url = `${origin.url}/big.bin`;
    const job = await queue.add([commandOf(line.replace("URL", url), place.work, known)]);
    const done = await queue.until(job.id, "complete");
    const agents = origin.seen("/big.bin").map(({ headers }) => String(headers["user-agent"]).split("/")[0]);
    return { done, agents: agents.map(String) };
  }

  test("are used where the host allows them and has aria2c; the hash is computed there", async () => {
    const { done, agents } = await fetchWith(4, 'wget -O "$UI_HOME/it is.bin" URL');
    expect(agents.length).toBeGreaterThan(1);
    expect(new Set(agents)).toEqual(new Set(["aria2"]));
    expect(done.checksumState).toMatchObject({ kind: "verified", algorithm: "sha256", origin: "card" });
    expect(done.progress).toMatchObject({ bytesDone: FILE.size, bytesTotal: FILE.size });
  });

  test.each([
    ["a host that says nothing of them", null, 'wget -P "$UI_HOME" URL', null],
    ["a line whose options would be lost", 4, 'wget --limit-rate=50m -P "$UI_HOME" URL', null],
    ["a file that needs a token, which would go wherever it leads", 4, 'wget -P "$UI_HOME" URL', TOKEN],
  ])("are not used for %s", async (_, connections, line, token) => {
    const { done, agents } = await fetchWith(connections, line, token);
    expect(agents).toEqual(["Wget"]);
    expect(done.checksumState).toMatchObject({ kind: "verified" });
  });
});

describe("the server's keys", () => {
  const HF = "hf_PlantedForHugging0123456789";
  const CIVITAI = "0123456789abcdefPlantedForCivitai";

  /** What a tool was told, and what everybody on the machine could see. */
  async function runWithKeys(
    line: string,
    origin: string,
    prepare: (work: string) => void = () => {},
  ): Promise<{ seen: string[]; left: string[]; log: string; job: string; work: string }> {
    const place = await openLocalPlace(QUICK);
    prepare(place.work);
    await using queue = await openCommandQueue({
      runs: place.runs,
      commands: {
        pathFolders: ["~/bin"],
        credentials: { hfToken: HF, hfEndpoint: origin, civitaiApiKey: CIVITAI, civitaiEndpoint: origin },
      },
    });
    const seen: string[] = [];
    let over = false;
    const watching = (async () => {
      while (!over) {
        seen.push(...processesWith(HF), ...processesWith(CIVITAI));
        await sleep(2);
      }
    })();
    const job = await queue.add([commandOf(line, place.work)]);
    const done = await queue.until(job.id, "complete").catch((error: unknown) => error as Error);
    await until("its run is cleaned away", () => readdirSync(place.folder).length === 0);
    over = true;
    await watching;
    if (done instanceof Error) throw done;
    const left = [place.work, queue.folder].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || path.endsWith("/told")) return [];
        const text = readFileSync(path, "latin1");
        return text.includes(HF) || text.includes(CIVITAI) ? [path] : [];
      }),
    );
    const all = JSON.stringify(await queue.engine.get(job.id));
    return { seen, left, log: await queue.log(job.id), job: all, work: place.work };
  }

  function expectHidden(result: { seen: string[]; left: string[]; log: string; job: string }): void {
    expect(result.seen).toEqual([]);
    expect(result.left).toEqual([]);
    for (const text of [result.log, result.job]) {
      expect(text).not.toContain(HF);
      expect(text).not.toContain(CIVITAI);
    }
  }

  test.each([
    ["wget, which is asked for nothing", `wget -P "$UI_HOME" ORIGIN/a.bin`],
    [
      "wget, whose line names it",
      `wget --header="Authorization: Bearer $HF_TOKEN" -P "$UI_HOME" ORIGIN/a.bin`,
    ],
    [
      "wget, as two words",
      `wget --header "Authorization: Bearer $HF_TOKEN" -O "$UI_HOME/a.bin" ORIGIN/a.bin`,
    ],
    ["curl, which is asked for nothing", `curl -o "$UI_HOME/a.bin" ORIGIN/a.bin`],
    [
      "curl, whose line names it",
      `curl -H "Authorization: Bearer $HF_TOKEN" -o "$UI_HOME/a.bin" ORIGIN/a.bin`,
    ],
  ])("reach %s, and nobody else", async (_, line) => {
    await using origin = await startOrigin({
      "/a.bin": {
        size: 200_000,
        bytesPerSecond: 200_000,
        answer: { authorization: `Bearer ${HF}` },
      } as never,
    });
    const result = await runWithKeys(line.replaceAll("ORIGIN", origin.url), origin.url);
    expect(origin.seen("/a.bin")[0]?.headers["authorization"]).toBe(`Bearer ${HF}`);
    expect(statSync(join(result.work, "a.bin")).size).toBe(200_000);
    expectHidden(result);
  });

  test("in an address reach wget by a list", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 200_000, bytesPerSecond: 200_000 } });
    const line = `wget -O "$UI_HOME/a.bin" "${origin.url}/a.bin?token=$CIVITAI_API_KEY"`;
    const result = await runWithKeys(line, "https://elsewhere.test");
    expect(origin.requests[0]?.path).toBe(`/a.bin?token=${CIVITAI}`);
    expectHidden(result);
  });

  test.each(["", ' --api-key "$CIVITAI_API_KEY"', ' -k "$CIVITAI_API_KEY"'])(
    "reach civitdl%s by its configuration, beside what is there",
    async (option) => {
      // Reads what the real one does: appdirs' folder for civitdl, config.json, default.api_key.
      const fake = [
        "#!/usr/bin/env python3",
        "import json, os, sys, time",
        'path = os.path.join(os.environ["XDG_CONFIG_HOME"], "civitdl", "config.json")',
        "config = json.load(open(path))",
        'open(os.path.join(os.environ["HOME"], "told"), "w").write(json.dumps([sys.argv[1:], config, oct(os.stat(path).st_mode)]))',
        `print('Now downloading "A"...', flush=True); time.sleep(0.3); print('Download completed for "A"')`,
        "",
      ].join("\n");
      const result = await runWithKeys(
        `civitdl 123 "$UI_HOME/loras"${option}`,
        "https://elsewhere.test",
        (work) => {
          for (const folder of ["bin", ".config/civitdl"]) mkdirSync(join(work, folder), { recursive: true });
          writeFileSync(join(work, "bin/civitdl"), fake);
          chmodSync(join(work, "bin/civitdl"), 0o755);
          writeFileSync(
            join(work, ".config/civitdl/config.json"),
            JSON.stringify({ version: "1", default: { sorter: "tags" } }),
          );
        },
      );
      const told = JSON.parse(readFileSync(join(result.work, "told"), "utf8")) as unknown;
      expect(told).toMatchObject([
        ["123", join(result.work, "loras")],
        { version: "1", default: { sorter: "tags", api_key: CIVITAI } },
        expect.stringMatching(/00$/),
      ]);
      expectHidden(result);
    },
  );

  test("are not given to commands that have no use for them", async () => {
    const result = await runWithKeys('env > "$UI_HOME/told"', "https://elsewhere.test");
    const told = readFileSync(join(result.work, "told"), "utf8");
    expect(told).not.toContain(HF);
    expect(told).not.toContain(CIVITAI);
    expect(told).toContain(`UI_HOME=${result.work}`);
    expect(told).not.toMatch(/^LANGUAGE=/m);
  });
});
