/** What is put around commands, under the shells and with the tools that instances have. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { QUICK } from "../src/shell/runs/suite/under-test.ts";
import { openLocalPlace } from "../src/shell/testing/local-place.ts";
import { findProgram } from "../tools/test-tools.ts";
import type { CommandQueue } from "./world/command-queue.ts";
import { commandOf, openCommandQueue } from "./world/command-queue.ts";
import { startOrigin } from "./world/origin.ts";
import { processesWith } from "./world/processes.ts";

const SIZE = 3_000_000;
const TOKEN = "hf_PlantedUnderOtherShells0123456789";
const TOOLS = join(import.meta.dirname, "../src/engine/command/tools.sh");
const folder = mkdtempSync(join(tmpdir(), "haulyard-tools-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** All that this machine has but bash. */
function withoutBash(): string {
  const path = newFolder("no-bash");
  const taken = new Set(["bash", "rbash"]);
  for (const bin of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of readNames(bin)) {
      if (taken.has(name)) continue;
      taken.add(name);
      symlinkSync(join(bin, name), join(path, name));
    }
  }
  return path;
}

function readNames(bin: string): string[] {
  try {
    return readdirSync(bin);
  } catch {
    // Not all folders on a PATH have to be there.
    return [];
  }
}

/** As on Alpine. */
function busyboxOnly(): string {
  const path = newFolder("busybox");
  if (findProgram("busybox") !== null) execFileSync("busybox", ["--install", "-s", path]);
  return path;
}

/** As on Fedora. */
function wget2AsWget(): string {
  const path = newFolder("wget2");
  symlinkSync(findProgram("wget2") ?? "wget2", join(path, "wget"));
  return [path, process.env["PATH"] ?? ""].join(delimiter);
}

const PLACES = [
  {
    name: "dash, where there is no bash",
    needs: "dash",
    sh: "/bin/dash",
    path: withoutBash(),
    takesTokens: true,
  },
  {
    name: "bash, where Wget2 is called wget",
    needs: "wget2",
    sh: "/bin/sh",
    path: wget2AsWget(),
    takesTokens: true,
  },
  {
    needs: "busybox",
    name: "busybox ash with nothing but busybox",
    sh: `${findProgram("busybox")} ash`,
    path: busyboxOnly(),
    takesTokens: false,
  },
];

test.skipIf(findProgram("shellcheck") === null)(
  "what is put around commands is sh without a doubtful construct",
  () => {
    const { stdout } = spawnSync("shellcheck", ["--shell=sh", "--severity=warning", TOOLS], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  },
);

describe.concurrent.each(PLACES)("under $name", ({ needs, sh, path, takesTokens }) => {
  const isMissing = findProgram(needs) === null;

  async function open(hfEndpoint: string): Promise<{ queue: CommandQueue; work: string } & AsyncDisposable> {
    await using stack = new AsyncDisposableStack();
    const place = stack.use(await openLocalPlace(QUICK, { sh, path }));
    const credentials = {
      hfToken: TOKEN,
      hfEndpoint,
      civitaiApiKey: null,
      civitaiEndpoint: "https://elsewhere.test",
    };
    const queue = stack.use(await openCommandQueue({ runs: place.runs, commands: { credentials } }));
    const all = stack.move();
    return { queue, work: place.work, [Symbol.asyncDispose]: () => all.disposeAsync() };
  }

  test.skipIf(isMissing)(
    "a file is fetched, its size and hash are looked at, and bytes are shown on the way",
    async () => {
      await using origin = await startOrigin({ "/a.bin": { size: SIZE, bytesPerSecond: 2_000_000 } });
      await using place = await open("https://elsewhere.test");
      const { queue, work } = place;
      const job = await queue.add([
        commandOf(`mkdir -p "$UI_HOME/models" && wget -P "$UI_HOME/models" ${origin.url}/a.bin`, work, {
          size: SIZE,
          checksum: { algorithm: "sha256", hex: origin.hash("/a.bin"), origin: "card" },
        }),
      ]);
      const done = await queue.until(job.id, "complete");
      expect(done.checksumState).toMatchObject({ kind: "verified" });
      expect(done.progress.command?.event).not.toBeNull();
    },
  );

  test.skipIf(isMissing)("a file that was cut on its way is fetched on from there", async () => {
    await using origin = await startOrigin({
      "/a.bin": {
        size: SIZE,
        cutAfter: 1_000_000,
        cut: "rst",
        then: { afterRequests: 1, file: { size: SIZE } },
      },
    });
    await using place = await open("https://elsewhere.test");
    const { queue, work } = place;
    const job = await queue.add([commandOf(`wget -P "$UI_HOME" ${origin.url}/a.bin`, work, { size: SIZE })]);
    await queue.until(job.id, "complete");
    expect(
      createHash("sha256")
        .update(readFileSync(join(work, "a.bin")))
        .digest("hex"),
    ).toBe(origin.hash("/a.bin"));
    expect(origin.seen("/a.bin")[1]?.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test.skipIf(isMissing)("what cannot fit is not begun", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 1000 } });
    await using place = await open("https://elsewhere.test");
    const { queue, work } = place;
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME/x" ${origin.url}/a.bin`, work, { size: 2 ** 50 }),
    ]);
    expect((await queue.until(job.id, "paused")).state).toMatchObject({ why: "no_space" });
    expect(origin.requests).toEqual([]);
  });

  test.skipIf(isMissing)(
    "a token reaches the tool and nobody else, or the tool is said not to take one",
    async () => {
      await using origin = await startOrigin({
        "/a.bin": { size: 400_000, bytesPerSecond: 400_000, authorization: `Bearer ${TOKEN}` },
      });
      await using place = await open(origin.url);
      const { queue, work } = place;
      const job = await queue.add([commandOf(`wget -O "$UI_HOME/a.bin" ${origin.url}/a.bin`, work)]);
      if (takesTokens) {
        await origin.until(() => origin.bytesSent("/a.bin") > 0);
        expect(processesWith(TOKEN)).toEqual([]);
        expect(processesWith(`${origin.url}/a.bin`)).not.toEqual([]);
        await queue.until(job.id, "complete");
      } else {
        const { state } = await queue.until(job.id, "failed");
        expect(state).toMatchObject({
          failure: { message: expect.stringMatching(/cannot be given a token.*GNU Wget/) as string },
        });
        expect(origin.requests).toEqual([]);
      }
      expect(await queue.log(job.id)).not.toContain(TOKEN);
    },
  );
});
