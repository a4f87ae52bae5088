import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { MakeRuns } from "./under-test.ts";
import {
  follow,
  isAlive,
  never,
  pidIn,
  QUICK,
  readNumber,
  runToEnd,
  specOf,
  startOk,
  stateOf,
  until,
} from "./under-test.ts";

/** What becomes of a run when parts of it are taken away. */
export function lossSuite(make: MakeRuns): void {
  describe("a run that loses", () => {
    test("without its supervisor a command goes on and its end is known all the same", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`until [ -e ${place.work}/go ]; do sleep 0.1; done; echo done`, "exit 6"]);
      await startOk(place.runs, spec);
      const following = follow(place.runs, spec.id);
      process.kill(await pidIn(place.folder, spec.id, "super"), "SIGKILL");
      await until("it is noticed", async () => (await stateOf(place.runs, spec.id)).kind === "orphan");
      expect(await startOk(place.runs, spec)).toEqual({ kind: "orphan", step: 0 });
      writeFileSync(join(place.work, "go"), "");
      const { events, output, end } = await following;
      expect(events).toContainEqual({ kind: "state", state: { kind: "orphan", step: 0 } });
      expect(output).toEqual(["done\n"]);
      expect(end).toMatchObject({ kind: "ended", state: { kind: "exited", code: 6, step: 1 } });
    });

    test("an orphan can be cancelled", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`echo $$ > ${place.work}/pid; sleep 300`]);
      await startOk(place.runs, spec);
      const pid = await readNumber(join(place.work, "pid"));
      process.kill(await pidIn(place.folder, spec.id, "super"), "SIGKILL");
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: { kind: "cancelled" },
      });
      expect(await isAlive(pid)).toBe(false);
    });

    test("if what executes the steps is killed, the command is not left behind", async () => {
      await using place = await make(QUICK);
      const spec = specOf([
        `echo $$ > ${place.work}/pid; trap '' TERM; while :; do sleep 0.1; done`,
        "echo never",
      ]);
      await startOk(place.runs, spec);
      const pid = await readNumber(join(place.work, "pid"));
      process.kill(await pidIn(place.folder, spec.id, "cmd"), "SIGKILL");
      const { end, output } = await follow(place.runs, spec.id);
      expect(end).toMatchObject({ kind: "ended", state: { kind: "exited", signal: "KILL", step: 0 } });
      expect(output[1]).toBeUndefined();
      expect(await isAlive(pid)).toBe(false);
    });

    test("a run whose keepers are all killed has vanished, and what survives of it is counted and can be ended", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`echo $$ > ${place.work}/pid; while :; do sleep 0.1; done`]);
      await startOk(place.runs, spec);
      const pid = await readNumber(join(place.work, "pid"));
      process.kill(await pidIn(place.folder, spec.id, "super"), "SIGKILL");
      process.kill(await pidIn(place.folder, spec.id, "cmd"), "SIGKILL");
      await until("it is noticed", async () => (await stateOf(place.runs, spec.id)).kind === "vanished");
      const lost = await stateOf(place.runs, spec.id);
      expect(lost.kind === "vanished" && lost.survivors >= 1).toBe(true);
      expect((await follow(place.runs, spec.id)).end).toMatchObject({
        kind: "ended",
        state: { kind: "vanished" },
      });
      // As long as something of it lives, it is not started again under the same id, nor cleaned away.
      expect((await startOk(place.runs, spec)).kind).toBe("vanished");
      expect(await place.runs.clean([spec.id], never)).toMatchObject({ kept: [spec.id] });
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: { kind: "cancelled" },
      });
      expect(await isAlive(pid)).toBe(false);
    });

    test("a run of which nothing is left has vanished without survivors", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`echo $$ > ${place.work}/pid; exec sleep 300`]);
      await startOk(place.runs, spec);
      const pid = await readNumber(join(place.work, "pid"));
      for (const file of ["super", "cmd"] as const)
        process.kill(await pidIn(place.folder, spec.id, file), "SIGKILL");
      process.kill(pid, "SIGKILL");
      await until("it is noticed", async () => (await stateOf(place.runs, spec.id)).kind === "vanished");
      expect(await stateOf(place.runs, spec.id)).toEqual({ kind: "vanished", survivors: 0, step: 0 });
      expect(await place.runs.clean([spec.id], never)).toMatchObject({ cleaned: [spec.id] });
    });

    test("whoever got the process numbers of a lost run is neither taken for it nor harmed", async () => {
      await using place = await make(QUICK);
      const spec = specOf(["exec sleep 300"]);
      await startOk(place.runs, spec);
      const command = await pidIn(place.folder, spec.id, "cmd");
      process.kill(await pidIn(place.folder, spec.id, "super"), "SIGKILL");
      process.kill(-command, "SIGKILL");
      // The same number, another birth; the leader of a group, as what executes steps is.
      const stranger = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
      for (const file of ["super", "cmd"])
        writeFileSync(join(place.folder, spec.id, "run", file), `${`${stranger.pid} 1`.padEnd(62)}\n`);
      await until("it is noticed", async () => (await stateOf(place.runs, spec.id)).kind === "vanished");
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: { kind: "cancelled" },
      });
      expect(await isAlive(stranger.pid ?? 0)).toBe(true);
      stranger.kill("SIGKILL");
    });

    describe("after the place was started anew", () => {
      test("a run that had not ended is known to be lost", async () => {
        await using place = await make({ ...QUICK, bootIdPath: "/proc/sys/kernel/random/uuid" });
        // A boot id that is another one at every look.
        const spec = specOf([`echo $$ > ${place.work}/pid; sleep 300`]);
        expect(await startOk(place.runs, spec)).toEqual({ kind: "rebooted", step: 0 });
        const pid = await readNumber(join(place.work, "pid"));
        expect((await follow(place.runs, spec.id)).end).toEqual({
          kind: "ended",
          state: { kind: "rebooted", step: 0 },
        });
        process.kill(pid, "SIGKILL");
        expect(await place.runs.clean([spec.id], never)).toMatchObject({ cleaned: [spec.id] });
      });

      test("a run that had ended still has", async () => {
        await using place = await make(QUICK);
        const boot = join(place.work, "boot_id");
        writeFileSync(boot, "first\n");
        await using later = await make({ ...QUICK, bootIdPath: boot });
        const spec = specOf(["exit 7"]);
        const running = specOf([`while [ -d ${later.work} ]; do sleep 0.1; done`]);
        await startOk(later.runs, running);
        const { end } = await runToEnd(later.runs, spec);
        writeFileSync(boot, "second\n");
        expect(await stateOf(later.runs, spec.id)).toEqual(end?.kind === "ended" ? end.state : null);
        expect(await stateOf(later.runs, running.id)).toEqual({ kind: "rebooted", step: 0 });
      });
    });

    test("the secret is on no command line, in no log and in no file once the command has begun", async () => {
      await using place = await make(QUICK);
      const secret = "hf_PlantedSecret0123456789";
      const spec = specOf(
        [`[ "$HF_TOKEN" = hf_"Planted"Secret0123456789 ] && touch ${place.work}/seen; sleep 0.5`],
        {
          secrets: { HF_TOKEN: secret },
        },
      );
      const stop = new AbortController();
      const watching = watchCommandLines(secret, stop.signal);
      await startOk(place.runs, spec);
      await until("the command has begun", () => existsSync(join(place.work, "seen")));
      const { events } = await follow(place.runs, spec.id);
      stop.abort();
      expect(await watching).toEqual([]);
      expect(JSON.stringify(events)).not.toContain(secret);
      expect(grepIn(place.folder, secret)).toEqual([]);
    });
  });
}

/** Command lines of any process that held the text while we looked. */
async function watchCommandLines(text: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  while (!signal.aborted) {
    for (const entry of readdirSync("/proc")) {
      if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
      let line = "";
      try {
        line = readFileSync(`/proc/${entry}/cmdline`, "utf8");
      } catch {
        // Gone meanwhile.
      }
      if (line.includes(text)) found.push(line);
    }
    await sleep(2);
  }
  return found;
}

function grepIn(folder: string, text: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && readFileSync(path, "latin1").includes(text)) found.push(path);
  }
  return found;
}
