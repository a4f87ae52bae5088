/** Runs under attack: nothing runs twice, nothing is lost, nothing is left behind. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunSpec } from "../src/job/run-contract.ts";
import {
  follow,
  isAlive,
  never,
  pidIn,
  QUICK,
  readNumber,
  specOf,
  startOk,
  stateOf,
  until,
} from "../src/shell/runs/suite/under-test.ts";
import { openLocalPlace } from "../src/shell/testing/local-place.ts";
import { RUNS_DEFAULTS, startScript } from "../src/shell/runs/write-script.ts";
import { wrapScript } from "../src/shell/shell.ts";
import { Turns } from "../src/shell/take-turns.ts";
import type { Instance } from "./world/instance.ts";
import { openInstance } from "./world/instance.ts";
import type { RunClientTask } from "./world/run-client.ts";
import type { Sshd } from "./world/sshd.ts";
import { filesWith, sshThatKnow } from "./world/planted-secret.ts";
import { sshProcessesWith } from "./world/processes.ts";
import { startSshd } from "./world/sshd.ts";

/** A command that says how often it was begun, and whose output shows every line that is lost or doubled. */
/** @param waitsFor half-way for this file, however slow the machine that goes on without it */
function countingSpec(work: string, lines: number, waitsFor: string | null = null): RunSpec {
  const name = `count-${Math.random().toString(36).slice(2)}`;
  const wait =
    waitsFor === null ? "" : `[ $i -ne ${lines / 2} ] || until [ -e ${waitsFor} ]; do sleep 0.05; done; `;
  return specOf(
    [`echo begun >> ${work}/${name}; for i in $(seq ${lines}); do echo line $i; ${wait}sleep 0.05; done`],
    {
      environment: { COUNT_FILE: join(work, name) },
    },
  );
}

function expectOnce(spec: RunSpec): void {
  expect(readFileSync(spec.environment["COUNT_FILE"] ?? "", "utf8")).toBe("begun\n");
}

function linesUpTo(count: number): string {
  return Array.from({ length: count }, (_, nth) => `line ${nth + 1}\n`).join("");
}

describe("our process is killed", () => {
  let sshd: Sshd;
  let instance: Instance;
  beforeAll(async () => {
    sshd = await startSshd();
    instance = await openInstance({ sshd, runs: QUICK });
  });
  afterAll(async () => {
    await instance[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  });

  async function startAndKill(spec: RunSpec, afterMs: number): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "hy-client-"));
    const task: RunClientTask = {
      folder,
      home: folder,
      path: process.env["PATH"] ?? "",
      knownHostsPath: instance.side.knownHostsPath,
      hostId: instance.host.id,
      connection: instance.host.connection,
      runs: { folder: instance.folder, ...QUICK },
      spec,
    };
    const program = join(import.meta.dirname, "world/run-client.ts");
    const child = spawn(process.execPath, [program, JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(createInterface(child.stdout), "line");
    await sleep(afterMs);
    child.kill("SIGKILL");
    await once(child, "exit");
    return folder;
  }

  test("at thirteen moments from connecting to following: each command ran once, and whoever comes next sees all of it", async () => {
    const moments = [0, 40, 90, 150, 220, 300, 390, 490, 600, 750, 950, 1300, 2000];
    const turns = new Turns(3);
    const attack = async (moment: number): Promise<string> => {
      const release = await turns.take(never);
      const spec = countingSpec(instance.work, 30);
      const folder = await startAndKill(spec, moment);
      await startOk(instance.runs, spec);
      const { output, end } = await follow(instance.runs, spec.id);
      expect(output).toEqual([linesUpTo(30)]);
      expect(end).toMatchObject({ kind: "ended", state: { kind: "exited", code: 0 } });
      expectOnce(spec);
      release?.();
      return folder;
    };
    const folders = await Promise.all(moments.map(attack));
    // What they had started goes with them: the connection's holder at once, a follower with the next beat.
    await until("no ssh of theirs is left", () =>
      folders.every((folder) => sshProcessesWith(folder).length === 0),
    );
    for (const folder of folders) await rm(folder, { recursive: true });
    expect(readdirSync(instance.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("sshd's sessions are killed", () => {
  test("again and again, while a run is followed and while it is started: not a line is lost or doubled", async () => {
    await using instance = await openInstance({ runs: QUICK });
    const half = join(instance.work, "half-way");
    const spec = countingSpec(instance.work, 120, half);
    for (const moment of [0, 100, 200, 300, 500, 800]) {
      // A start that is cut off may have happened or not. Whoever does not know asks for it again.
      const starting = instance.runs.start(spec, never);
      await sleep(moment);
      await instance.sshd.killConnections();
      const answer = await starting;
      if (answer.kind !== "state")
        expect(answer).toMatchObject({ kind: "failed", failure: { retryable: true } });
    }
    await startOk(instance.runs, spec);
    const following = follow(instance.runs, spec.id);
    for (let nth = 0; nth < 3; nth += 1) {
      await sleep(1500);
      if (nth === 2) await writeFile(half, "");
      await instance.sshd.killConnections();
    }
    const { output, events, end } = await following;
    expect(output).toEqual([linesUpTo(120)]);
    expect(end).toMatchObject({ kind: "ended", state: { kind: "exited", code: 0 } });
    expectOnce(spec);
    const kinds = events.map((event) => event.kind);
    expect(kinds).toContain("reconnecting");
    expect(kinds.indexOf("connected")).toBeGreaterThan(kinds.indexOf("reconnecting"));
  });
});

describe("a cancel whose connection breaks", () => {
  test("is carried out all the same", async () => {
    await using instance = await openInstance({ runs: { ...QUICK, graceSeconds: 15 } });
    const spec = specOf([`echo $$ > ${instance.work}/pid; trap '' TERM; while :; do sleep 0.1; done`]);
    await startOk(instance.runs, spec);
    const pid = await readNumber(join(instance.work, "pid"));
    const cancelling = instance.runs.cancel(spec.id, never);
    await until("it was asked to end", () => existsSync(join(instance.folder, spec.id, "cancel")));
    // The grace time has only begun: nothing was killed yet.
    await sleep(500);
    await instance.sshd.stop();
    await instance.sshd.killConnections();
    expect(await cancelling).toMatchObject({ kind: "failed", failure: { retryable: true } });
    expect(await isAlive(pid)).toBe(true);
    await until("it is killed", async () => !(await isAlive(pid)));
    await instance.sshd.start();
    expect(await instance.runs.cancel(spec.id, never)).toEqual({
      kind: "state",
      state: { kind: "cancelled" },
    });
  });
});

describe("a secret", () => {
  test("stays out of our own files, command lines and environments on the way to an instance", async () => {
    await using instance = await openInstance({ runs: QUICK });
    const secret = "hf_PlantedOnTheWay0123456789";
    const spec = specOf([`printf '%s' "$HF_TOKEN" | wc -c; sleep 1`], { secrets: { HF_TOKEN: secret } });
    const following = startOk(instance.runs, spec).then(() => follow(instance.runs, spec.id));
    let over = false;
    const seen = new Set<string>();
    const watching = (async () => {
      while (!over) {
        for (const where of filesWith(instance.side.folder, secret)) seen.add(where);
        for (const where of sshThatKnow(secret)) seen.add(where);
        await sleep(5);
      }
    })();
    const { output } = await following;
    over = true;
    await watching;
    expect(output).toEqual([`${secret.length}\n`]);
    expect([...seen]).toEqual([]);
    expect(filesWith(instance.folder, secret)).toEqual([]);
  });
});

describe("a script that is cut on its way", () => {
  test.each(["/bin/dash", "/bin/bash --posix", "/bin/busybox ash"])(
    "does nothing at all under %s",
    async (sh) => {
      const home = await mkdtemp(join(tmpdir(), "haulyard-cut-"));
      const script = startScript(specOf(["touch ~/ran"]), sh, { ...RUNS_DEFAULTS, folder: "~/runs" });
      const text = wrapScript(script.text);
      const [command = "", ...args] = sh.split(" ");
      // Everywhere, and where it would hurt: between the last lines.
      const cuts = Array.from({ length: 20 }, (_, nth) => Math.floor((text.length * nth) / 20));
      for (let line = text.lastIndexOf("\n", text.length - 2), nth = 0; nth < 8; nth += 1) {
        cuts.push(line, line + 1);
        line = text.lastIndexOf("\n", line - 1);
      }
      for (const cut of cuts) {
        const options = {
          input: text.slice(0, cut),
          env: { HOME: home, PATH: process.env["PATH"] },
          timeout: 120_000,
        };
        spawnSync(command, args, options);
        expect(readdirSync(home)).toEqual([]);
      }
      await rm(home, { recursive: true });
    },
  );
});

describe("forty start the same run at once", () => {
  test("it is begun once, and all are told how it stands", async () => {
    await using place = await openLocalPlace(QUICK);
    const spec = countingSpec(place.work, 10);
    const states = await Promise.all(Array.from({ length: 40 }, () => startOk(place.runs, spec)));
    for (const state of states) expect(["running", "exited"]).toContain(state.kind);
    const { output } = await follow(place.runs, spec.id);
    expect(output).toEqual([linesUpTo(10)]);
    expectOnce(spec);
    expect(readdirSync(place.folder)).toEqual([spec.id]);
  });
});

describe.skipIf(process.getuid?.() !== 0)(
  "the disk of the place is full (needs root to mount a small one)",
  () => {
    async function smallPlace(): Promise<Awaited<ReturnType<typeof openLocalPlace>> & { filler: string }> {
      const work = await mkdtemp(join(tmpdir(), "haulyard-small-"));
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", work]);
      const place = await openLocalPlace(QUICK, { work });
      return {
        ...place,
        filler: join(work, "filler"),
        [Symbol.asyncDispose]: async () => {
          await place[Symbol.asyncDispose]();
          execFileSync("umount", ["-l", work]);
          await rm(work, { recursive: true, force: true });
        },
      };
    }

    /** Down to the last byte. */
    function fill(path: string): void {
      for (const size of [65536, 4096, 1]) {
        try {
          for (;;) writeFileSync(path, Buffer.alloc(size), { flag: "a" });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        }
      }
    }

    test("before the start: it says so, nothing is begun, and it can be started once there is space", async () => {
      await using place = await smallPlace();
      const spec = specOf([`echo ran`]);
      fill(place.filler);
      expect(await place.runs.start(spec, never)).toMatchObject({
        kind: "failed",
        failure: { code: "no_space", message: expect.stringMatching(/full/) as string },
      });
      rmSync(place.filler);
      await startOk(place.runs, spec);
      expect((await follow(place.runs, spec.id)).output).toEqual(["ran\n"]);
    });

    test("while it runs: the exit code is known all the same, and that the log is not whole", async () => {
      await using place = await smallPlace();
      const spec = specOf([
        `echo before; until [ -e ${place.work}/full ]; do sleep 0.1; done; printf "%09999d" 0; exit 9`,
      ]);
      await startOk(place.runs, spec);
      // The last byte has to stay for the name of this file.
      writeFileSync(join(place.work, "wait"), "");
      fill(place.filler);
      execFileSync("mv", [join(place.work, "wait"), join(place.work, "full")]);
      const { output, end } = await follow(place.runs, spec.id);
      expect(output[0]).toMatch(/^before\n/);
      expect(end).toEqual({
        kind: "ended",
        state: { kind: "exited", code: 9, signal: null, step: 0, diskFull: true },
      });
    });

    test("while it runs: it can be cancelled", async () => {
      await using place = await smallPlace();
      const spec = specOf([`echo $$ > ${place.work}/pid; sleep 300`]);
      await startOk(place.runs, spec);
      const pid = await readNumber(join(place.work, "pid"));
      fill(place.filler);
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: { kind: "cancelled" },
      });
      expect(await isAlive(pid)).toBe(false);
    });
  },
);

describe("a command that redraws its bar without end", () => {
  test("leaves a bounded log, and its last words are read", async () => {
    const logLimitBytes = 1024 * 1024;
    await using place = await openLocalPlace({ ...QUICK, logLimitBytes, logKeepBytes: logLimitBytes / 4 });
    // 40 bursts of about a megabyte.
    const burst = `awk 'BEGIN { for (i = 0; i < 10000; i++) printf "\\r%06d %0100d", i, 0 }'`;
    const spec = specOf([
      `for n in $(seq 40); do ${burst}; sleep 0.1; done; sleep 1.5; echo; echo the end; exit 3`,
    ]);
    await startOk(place.runs, spec);
    let over = false;
    const sizes: number[] = [];
    const watching = (async () => {
      while (!over) {
        await sleep(50);
        sizes.push(sizeOf(join(place.folder, spec.id, "run")));
      }
    })();
    const { output, events, end } = await follow(place.runs, spec.id);
    over = true;
    await watching;
    expect(end).toMatchObject({ kind: "ended", state: { kind: "exited", code: 3 } });
    expect(output[0]?.endsWith("\nthe end\n")).toBe(true);
    // 43 MB were written. Somebody who writes megabytes a second is looked at every few milliseconds.
    expect(Math.max(...sizes)).toBeLessThan(20 * 1024 * 1024);
    expect(sizes.at(-1)).toBeLessThan(3 * logLimitBytes);
    expect(events.findLast((event) => event.kind === "output")).toMatchObject({ step: 0 });
  });

  test("whose log is cut by somebody who is killed over it can still be followed", async () => {
    await using place = await openLocalPlace(QUICK);
    const spec = specOf([
      `echo before; until [ -e ${place.work}/go ]; do sleep 0.1; done; echo after; exit 2`,
    ]);
    await startOk(place.runs, spec);
    await until("it says something", () =>
      readFileSync(join(place.folder, spec.id, "run/log"), "utf8").includes("before"),
    );
    const supervisor = await pidIn(place.folder, spec.id, "super");
    const command = await pidIn(place.folder, spec.id, "cmd");
    for (const pid of childrenOf(supervisor)) if (pid !== command) process.kill(pid, "SIGKILL");
    writeFileSync(join(place.folder, spec.id, "run/gen"), `${"0 cutting 0".padEnd(62)}\n`);
    const following = follow(place.runs, spec.id);
    await sleep(1000);
    writeFileSync(join(place.work, "go"), "");
    const { output, end } = await following;
    expect(output[0]).toMatch(/after\n$/);
    expect(end).toMatchObject({ kind: "ended", state: { kind: "exited", code: 2 } });
  });
});

function sizeOf(folder: string): number {
  let size = 0;
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    try {
      size += statSync(join(folder, name)).size;
    } catch {
      // Renamed meanwhile.
    }
  }
  return size;
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return new RegExp(`\\) \\S ${parent} `).test(readFileSync(`/proc/${pid}/stat`, "utf8"));
      } catch {
        return false;
      }
    });
}

describe("the clock of the place jumps", () => {
  test("forth and back by years: nobody asks it", async () => {
    const tools = await mkdtemp(join(tmpdir(), "haulyard-clock-"));
    writeFileSync(join(tools, "date"), `#!/bin/sh\ntouch ${tools}/asked\necho 0\n`, { mode: 0o755 });
    await using place = await openLocalPlace(QUICK, { path: `${tools}:${process.env["PATH"]}` });
    const half = join(place.work, "half-way");
    const spec = countingSpec(place.work, 40, half);
    await startOk(place.runs, spec);
    const following = follow(place.runs, spec.id);
    for (const year of [1985, 2035, 2000]) {
      await sleep(300);
      const time = new Date(Date.UTC(year, 1, 1));
      const folder = join(place.folder, spec.id);
      for (const name of readdirSync(folder, { recursive: true }) as string[])
        utimesSync(join(folder, name), time, time);
      expect(await stateOf(place.runs, spec.id)).toMatchObject({ kind: "running" });
    }
    writeFileSync(half, "");
    expect((await following).output).toEqual([linesUpTo(40)]);
    expect(await place.runs.cancel("never-started", never)).toMatchObject({ kind: "state" });
    expect(await place.runs.clean([spec.id], never)).toMatchObject({ cleaned: [spec.id] });
    expect(existsSync(join(tools, "asked"))).toBe(false);
    await rm(tools, { recursive: true });
  });
});

describe("a supervisor that hangs", () => {
  test("does not keep a cancel from coming through", async () => {
    await using place = await openLocalPlace(QUICK);
    const spec = specOf([`echo $$ > ${place.work}/pid; sleep 300`]);
    await startOk(place.runs, spec);
    const pid = await readNumber(join(place.work, "pid"));
    const supervisor = await pidIn(place.folder, spec.id, "super");
    process.kill(supervisor, "SIGSTOP");
    expect(await place.runs.cancel(spec.id, never)).toEqual({ kind: "state", state: { kind: "cancelled" } });
    expect([await isAlive(pid), await isAlive(supervisor)]).toEqual([false, false]);
  });
});

describe("a place where nothing can be written", () => {
  test("says why, and nothing of what is there is touched", async () => {
    await using place = await openLocalPlace({ ...QUICK, folder: "~/occupied/runs" });
    writeFileSync(join(place.work, "occupied"), "mine");
    const before = readdirSync(place.work);
    expect(await place.runs.start(specOf(["true"]), never)).toMatchObject({
      kind: "failed",
      failure: { code: "command_failed", message: expect.stringMatching(/occupied/) as string },
    });
    expect(readdirSync(place.work)).toEqual(before);
    expect(readFileSync(join(place.work, "occupied"), "utf8")).toBe("mine");
  });
});

describe("what was left by starts that were cut off", () => {
  test("is swept away with the next cleaning, unless somebody still works on it", async () => {
    await using place = await openLocalPlace(QUICK);
    mkdirSync(place.folder, { mode: 0o700 });
    const born = readFileSync(`/proc/${process.pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19] ?? "";
    const ours = `.new-run-1-${process.pid}-${born}`;
    for (const name of [
      ".new-run-1-99999999-5",
      `.new-run-1-${process.pid}-1`,
      ".gone-run-1-99999999",
      ".try-99999999",
      ours,
    ])
      mkdirSync(join(place.folder, name));
    await place.runs.clean([], never);
    expect(readdirSync(place.folder)).toEqual([ours]);
  });
});
