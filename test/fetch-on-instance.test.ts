/** Files fetched on an instance by the tool that is there: run as they are run over ssh, on a place of their own. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import type { Job, TransferStep } from "../src/job/job.ts";
import { QUICK } from "../src/shell/runs/suite/under-test.ts";
import { openLocalPlace } from "../src/shell/testing/local-place.ts";
import { createTransfer } from "../src/transfer/create-transfer.ts";
import { findProgram } from "../tools/test-tools.ts";
import type { CommandQueue } from "./world/command-queue.ts";
import { openCommandQueue } from "./world/command-queue.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { listProcesses } from "./world/processes.ts";

const SIZE = 3_000_000;
const PLACE = { kind: "ssh", hostId: "instance-1" } as const;
const TOKEN = "s3cret-that-nobody-may-see-0123456789";
const FETCH = join(import.meta.dirname, "../src/engine/fetch/fetch.sh");

const folder = mkdtempSync(join(tmpdir(), "haulyard-fetch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ALL_TOOLS = ["aria2c", "wget", "curl", "python3"];

/** All programs of this machine, but of the tools only these. */
function pathWith(tools: readonly string[]): string {
  const path = join(folder, tools.join("-") || "none");
  if (existsSync(path)) return path;
  mkdirSync(path);
  const left = new Set([...ALL_TOOLS.filter((tool) => !tools.includes(tool)), "wget2", "python"]);
  for (const bin of (process.env["PATH"] ?? "").split(delimiter).filter((each) => existsSync(each))) {
    for (const name of readdirSync(bin)) {
      if (left.has(name)) continue;
      left.add(name);
      symlinkSync(join(bin, name), join(path, name));
    }
  }
  return path;
}

interface Stage extends AsyncDisposable {
  origin: Origin;
  queue: CommandQueue;
  work: string;
  add(url: string, more?: Partial<TransferStep>): Promise<Job>;
}

async function setUp(tools: readonly string[], sh = "/bin/sh"): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(await openLocalPlace(QUICK, { path: pathWith(tools), sh }));
  const origin = stack.use(await startOrigin());
  const transfer = createTransfer({ tokens: () => [{ url: origin.url, token: TOKEN }] });
  stack.defer(() => transfer.close());
  const credentials = {
    hfToken: TOKEN,
    hfEndpoint: origin.url,
    civitaiApiKey: null,
    civitaiEndpoint: "https://elsewhere.test",
  };
  const queue = stack.use(
    await openCommandQueue({
      runs: place.runs,
      place: PLACE,
      commands: { fetch: transfer.fetchDocument, credentials },
    }),
  );
  const kept = stack.move();
  const { work } = place;
  return {
    origin,
    queue,
    work,
    add: async (url, more = {}) => {
      const step: TransferStep = {
        kind: "transfer",
        url,
        mirrors: [],
        folder: join(work, "it's models/loras"),
        name: "big file.bin",
        size: SIZE,
        checksum: null,
        headers: {},
        ifExists: "refuse",
        ...more,
      };
      const draft = {
        source: { kind: "url", url } as const,
        place: PLACE,
        steps: [step],
        name: step.name ?? "",
        destination: join(step.folder, step.name ?? ""),
        priority: 0,
        limitBytesPerSecond: null,
        after: null,
      };
      return (await queue.engine.submit(draft)).job;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const fileOf = ({ work }: Stage): string => join(work, "it's models/loras/big file.bin");

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Another origin than the one that knows the token. */
function elsewhere(url: string): string {
  return url.replace("127.0.0.1", "localhost");
}

describe.each(ALL_TOOLS.map((tool) => ({ tool })))("with $tool alone", ({ tool }) => {
  const isMissing = findProgram(tool) === null;

  test.skipIf(isMissing)(
    "a file is fetched into a folder that was not there, with its bytes told",
    async () => {
      await using stage = await setUp([tool]);
      const { origin, queue } = stage;
      const url = elsewhere(origin.put("/big.bin", { size: SIZE }));
      const hex = origin.hash("/big.bin");
      const job = await stage.add(url, { checksum: { algorithm: "sha256", hex, origin: "request" } });
      const done = await queue.until(job.id, "complete");
      expect(hashOf(fileOf(stage))).toBe(hex);
      expect(done.progress).toMatchObject({ bytesDone: SIZE, bytesTotal: SIZE });
      expect(done.checksumState).toMatchObject({ kind: "verified", hex });
      expect(readdirSync(join(stage.work, "it's models/loras"))).toEqual(["big file.bin"]);
    },
  );

  test.skipIf(isMissing)("goes on from what is there after the connection was cut", async () => {
    await using stage = await setUp([tool]);
    const { origin, queue } = stage;
    const cut = { cutAfter: 1_000_000, cut: "rst" } as const;
    const url = elsewhere(origin.put("/big.bin", { size: SIZE, rules: [{ ...cut, times: 1 }] }));
    const job = await stage.add(url, {
      checksum: { algorithm: "sha256", hex: origin.hash("/big.bin"), origin: "request" },
    });
    await queue.until(job.id, "complete");
    expect(hashOf(fileOf(stage))).toBe(origin.hash("/big.bin"));
    expect(origin.bytesSent("/big.bin")).toBeLessThan(2 * SIZE - 500_000);
  });

  test.skipIf(isMissing)("wrong bytes never get the name, and are gone", async () => {
    await using stage = await setUp([tool]);
    const { origin, queue } = stage;
    const url = elsewhere(origin.put("/big.bin", { size: SIZE }));
    const job = await stage.add(url, {
      checksum: { algorithm: "sha256", hex: "0".repeat(64), origin: "request" },
    });
    const failed = await queue.until(job.id, "failed");
    expect(failed.state).toMatchObject({ failure: { code: "checksum_mismatch" } });
    expect(readdirSync(join(stage.work, "it's models/loras"))).toEqual([]);
  });

  test.skipIf(isMissing)("a file that is not there is told as such", async () => {
    await using stage = await setUp([tool]);
    const job = await stage.add(elsewhere(`${stage.origin.url}/nothing`));
    const failed = await stage.queue.until(job.id, "failed");
    expect(failed.state).toMatchObject({ failure: { code: "not_found" } });
  });

  test.skipIf(isMissing)(
    "a token goes to the server it is for, not to where that leads, and stands in no list of processes",
    async () => {
      await using stage = await setUp([tool]);
      const { origin, queue } = stage;
      const signature = "Signature=s1gned-0123456789abcdef";
      origin.put("/store.bin", { size: SIZE, bytesPerSecond: 1_000_000 });
      const url = origin.put("/big.bin", {
        size: SIZE,
        authorization: `Bearer ${TOKEN}`,
        redirect: `${elsewhere(origin.url)}/store.bin?${signature}`,
      });
      const job = await stage.add(url);
      await origin.until(({ bytesSent }) => bytesSent.call(origin, "/store.bin") > 500_000);
      const told = listProcesses().filter(({ line }) => line.includes(TOKEN) || line.includes("s1gned-"));
      await queue.until(job.id, "complete");
      expect(told).toEqual([]);
      expect(hashOf(fileOf(stage))).toBe(origin.hash("/store.bin"));
      const asked = origin.seen("/store.bin");
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.every(({ headers }) => headers["authorization"] === undefined)).toBe(true);
      const log = await queue.log(job.id);
      expect(log).not.toContain("s1gned-");
      expect(log).not.toContain(TOKEN);
    },
  );
});

describe.each([{ tool: "wget" }, { tool: "curl" }, { tool: "python3" }])(
  "with $tool alone, where the server that knows the token has the file itself",
  ({ tool }) => {
    test.skipIf(findProgram(tool) === null)("the token goes along, and no redirect is followed", async () => {
      await using stage = await setUp(["aria2c", tool]);
      const { origin, queue } = stage;
      const url = origin.put("/big.bin", {
        size: SIZE,
        authorization: `Bearer ${TOKEN}`,
        bytesPerSecond: 1_500_000,
      });
      const job = await stage.add(url);
      await origin.until(({ bytesSent }) => bytesSent.call(origin, "/big.bin") > 500_000);
      const told = listProcesses().filter(({ line }) => line.includes(TOKEN));
      await queue.until(job.id, "complete");
      expect(told).toEqual([]);
      expect(hashOf(fileOf(stage))).toBe(origin.hash("/big.bin"));
      expect(await queue.log(job.id)).not.toContain(TOKEN);
      // It leads elsewhere only once it was looked at: whoever gets the token must not take it there.
      origin.put("/trap.bin", { size: SIZE });
      const other = origin.put("/other.bin", {
        size: SIZE,
        authorization: `Bearer ${TOKEN}`,
        rules: [{ skip: 1, redirect: `${elsewhere(origin.url)}/trap.bin` }],
      });
      const led = await stage.add(other, { name: "other.bin" });
      await origin.until(({ seen }) => seen.call(origin, "/other.bin").length > 1);
      await queue.engine.act(led.id, "cancel");
      await queue.until(led.id, "cancelled");
      expect(origin.seen("/trap.bin")).toEqual([]);
      expect(existsSync(join(stage.work, "it's models/loras/other.bin"))).toBe(false);
    });
  },
);

describe("a file on an instance", () => {
  test("is fetched by nothing but a tool that is there: without one the job says what to install", async () => {
    await using stage = await setUp([]);
    const job = await stage.add(elsewhere(stage.origin.put("/big.bin", { size: SIZE })));
    const failed = await stage.queue.until(job.id, "failed");
    expect(failed.state).toMatchObject({
      failure: { code: "tool_missing", advice: expect.stringContaining("apt-get install aria2") as unknown },
    });
  });

  test("that is there and whole is not fetched again; another file of the name stays as it is", async () => {
    await using stage = await setUp(["curl"]);
    const { origin, queue } = stage;
    const url = elsewhere(origin.put("/big.bin", { size: SIZE }));
    const checksum = { algorithm: "sha256", hex: origin.hash("/big.bin"), origin: "request" } as const;
    mkdirSync(join(stage.work, "it's models/loras"), { recursive: true });
    writeFileSync(fileOf(stage), origin.bytes("/big.bin"));
    const there = await stage.add(url, { checksum });
    const done = await queue.until(there.id, "complete");
    expect(done.checksumState).toMatchObject({ kind: "verified" });
    expect(origin.bytesSent("/big.bin")).toBe(0);
    await queue.engine.act(there.id, "remove");
    writeFileSync(fileOf(stage), Buffer.alloc(SIZE));
    const other = await stage.add(url, { checksum });
    const failed = await queue.until(other.id, "failed");
    expect(failed.state).toMatchObject({ failure: { code: "destination_exists" } });
    expect(readFileSync(fileOf(stage))).toEqual(Buffer.alloc(SIZE));
    await queue.engine.act(other.id, "remove");
    const replaced = await stage.add(url, { checksum, ifExists: "replace" });
    await queue.until(replaced.id, "complete");
    expect(hashOf(fileOf(stage))).toBe(checksum.hex);
  });

  test("whose bytes lie elsewhere on the instance is linked from there, and nothing is fetched", async () => {
    await using stage = await setUp(["curl"]);
    const { origin, queue } = stage;
    const url = elsewhere(origin.put("/big.bin", { size: SIZE }));
    const checksum = { algorithm: "sha256", hex: origin.hash("/big.bin"), origin: "request" } as const;
    const twin = join(stage.work, "twin.bin");
    const liar = join(stage.work, "liar.bin");
    writeFileSync(twin, origin.bytes("/big.bin"));
    writeFileSync(liar, Buffer.alloc(SIZE));
    const job = await stage.add(url, { checksum, twins: ["/no/such", liar, twin] });
    await queue.until(job.id, "complete");
    expect(hashOf(fileOf(stage))).toBe(checksum.hex);
    expect(origin.seen("/big.bin")).toEqual([]);
    expect(statSync(twin).size).toBe(SIZE);
  });

  test("of which another version was begun is begun anew", async () => {
    await using stage = await setUp(["curl"]);
    const { origin, queue } = stage;
    const old = origin.put("/big.bin", { size: SIZE, seed: 2, bytesPerSecond: 30_000 });
    const url = elsewhere(old);
    const job = await stage.add(url);
    await origin.until(({ bytesSent }) => bytesSent.call(origin, "/big.bin") > 100_000);
    await queue.engine.act(job.id, "cancel");
    await queue.until(job.id, "cancelled");
    expect(existsSync(`${fileOf(stage)}.part`)).toBe(true);
    origin.put("/big.bin", { size: SIZE, seed: 3 });
    await queue.engine.act(job.id, "retry");
    await queue.until(job.id, "complete");
    expect(hashOf(fileOf(stage))).toBe(origin.hash("/big.bin"));
  });

  test("that comes as a page of the web is not taken for it", async () => {
    await using stage = await setUp(["wget"]);
    const url = elsewhere(stage.origin.put("/big.bin", { size: 10, html: "Log in" }));
    const job = await stage.add(url, { size: null });
    const failed = await stage.queue.until(job.id, "failed");
    expect(failed.state).toMatchObject({ failure: { code: "wrong_content" } });
    expect(existsSync(fileOf(stage))).toBe(false);
  });

  test.skipIf(findProgram("busybox") === null)("comes under busybox ash as well", async () => {
    await using stage = await setUp(["curl"], `${findProgram("busybox")} ash`);
    const { origin, queue } = stage;
    const job = await stage.add(elsewhere(origin.put("/big.bin", { size: SIZE })));
    const done = await queue.until(job.id, "complete");
    expect(done.checksumState).toMatchObject({ kind: "unverified" });
    expect(hashOf(fileOf(stage))).toBe(origin.hash("/big.bin"));
  });

  test.skipIf(findProgram("shellcheck") === null)("is fetched by sh without a doubtful construct", () => {
    const { stdout } = spawnSync("shellcheck", ["--shell=sh", "--severity=error", FETCH], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  });
});
