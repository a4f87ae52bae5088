import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { MakeRuns } from "./under-test.ts";
import { follow, never, QUICK, runToEnd, specOf, startOk, stateOf } from "./under-test.ts";

/** What a command meets, and what is told of it. */
export function commandSuite(make: MakeRuns): void {
  describe("a command", () => {
    test("steps are executed in order, each with its own output", async () => {
      await using place = await make(QUICK);
      const { events, output, end } = await runToEnd(
        place.runs,
        specOf(["echo one; echo err >&2", "printf two", "echo three"]),
      );
      expect(output).toEqual(["one\nerr\n", "two", "three\n"]);
      expect(events.filter((event) => event.kind.startsWith("step_"))).toMatchObject([
        { kind: "step_started", step: 0 },
        { kind: "step_ended", step: 0, code: 0 },
        { kind: "step_started", step: 1 },
        { kind: "step_ended", step: 1, code: 0 },
        { kind: "step_started", step: 2 },
        { kind: "step_ended", step: 2, code: 0 },
      ]);
      expect(end).toEqual({
        kind: "ended",
        state: { kind: "exited", code: 0, signal: null, step: 2, diskFull: false },
      });
    });

    test("after a step that failed nothing is executed", async () => {
      await using place = await make(QUICK);
      const { output, end } = await runToEnd(
        place.runs,
        specOf(["true", "echo no; exit 8", `touch ${place.work}/ran`]),
      );
      expect(output).toEqual(["", "no\n"]);
      expect(end).toMatchObject({ kind: "ended", state: { kind: "exited", code: 8, step: 1 } });
      expect(() => statSync(join(place.work, "ran"))).toThrow(/ENOENT/);
    });

    test("a command that a signal ended is told as that", async () => {
      await using place = await make(QUICK);
      const killed = await runToEnd(place.runs, specOf(["kill -KILL $$"]));
      expect(killed.end).toMatchObject({ state: { kind: "exited", code: 137, signal: "KILL" } });
      const segv = await runToEnd(place.runs, specOf(["sh -c 'kill -SEGV $$'"]));
      expect(segv.end).toMatchObject({ state: { kind: "exited", signal: "SEGV" } });
    });

    test("the card's text reaches the shell letter for letter", async () => {
      await using place = await make(QUICK);
      const text = `cat "$0"\n: <<'HY_END_'\n'"\\\\ \\n $HOME \`id\` $(id) ünïcode\t\r\nHY_END_\n: # no line end`;
      const { output } = await runToEnd(place.runs, specOf([text]));
      expect(output).toEqual([`${text}\n`]);
    });

    test("a command sees the variables, the PATH and the folder it was given", async () => {
      await using place = await make(QUICK);
      const folder = join(place.work, "it's a folder");
      const bin = join(place.work, "bin");
      for (const path of [folder, bin]) mkdirSync(path);
      writeFileSync(join(bin, "tool"), "#!/bin/sh\necho the tool\n", { mode: 0o755 });
      const spec = specOf(
        [`tool; pwd; printf '%s|' "$UI_HOME" "$TOKEN" "\${LANGUAGE-unset}" "$LC_ALL"; cat`],
        {
          environment: { UI_HOME: '/it\'s "$HOME"\nx', LC_ALL: "C.UTF-8" },
          secrets: { TOKEN: "s'e\\c\nret" },
          unset: ["LANGUAGE"],
          pathFolders: [bin],
          folder,
        },
      );
      const { output } = await runToEnd(place.runs, spec);
      expect(output).toEqual([`the tool\n${folder}\n/it's "$HOME"\nx|s'e\\c\nret|unset|C.UTF-8|`]);
    });

    test("what a command writes has the rights it has everywhere else on the place", async () => {
      await using place = await make(QUICK);
      await runToEnd(place.runs, specOf([`umask > ${place.work}/umask; touch ${place.work}/file`]));
      const umask = Number.parseInt(readFileSync(join(place.work, "umask"), "utf8"), 8);
      expect(umask).not.toBe(0o077);
      expect(statSync(join(place.work, "file")).mode & 0o777).toBe(0o666 & ~umask);
      expect(statSync(place.folder).mode & 0o777).toBe(0o700);
    });

    test("a folder that is not there fails the step and says so", async () => {
      await using place = await make(QUICK);
      const { output, end } = await runToEnd(
        place.runs,
        specOf(["echo never"], { folder: "/no/such folder" }),
      );
      expect(output[0]).toMatch(/\/no\/such folder/);
      expect(output[0]).not.toContain("never");
      expect(end).toMatchObject({ state: { kind: "exited", code: 125, step: 0 } });
    });

    test("something left in the background does not keep a run from ending", async () => {
      await using place = await make(QUICK);
      const spec = specOf(["sleep 60 & echo $!"]);
      const { output, end } = await runToEnd(place.runs, spec);
      process.kill(Number(output[0]), "SIGKILL");
      expect(end).toMatchObject({ state: { kind: "exited", code: 0 } });
    });

    test("what could be misunderstood is refused, and nothing is there of it", async () => {
      await using place = await make(QUICK);
      const spec = specOf(["echo \0"]);
      const answer = await place.runs.start(spec, never);
      expect(answer).toMatchObject({ kind: "failed", failure: { code: "unsupported", retryable: false } });
      expect(await stateOf(place.runs, spec.id)).toEqual({ kind: "absent" });
      expect(await place.runs.state("../x", never)).toMatchObject({
        kind: "failed",
        failure: { code: "internal" },
      });
    });

    test("of a run that ends with a log cut short everything else is known", async () => {
      await using place = await make({ ...QUICK, logLimitBytes: 60_000, logKeepBytes: 20_000 });
      // A bar that redraws itself, a thousand times as fast as any real one.
      // Its last frame comes when no cut is under way: what is written in the middle of one may be lost.
      const frame = String.raw`printf '\r%05d %0200d' $i 0`;
      const bars = `i=0; while [ $i -lt 3000 ]; do ${frame}; i=$((i+1)); done; sleep 2; ${frame}; echo; echo done`;
      const spec = specOf([bars, "echo after", "exit 4"]);
      await startOk(place.runs, spec);
      const { output, events, end } = await follow(place.runs, spec.id);
      expect(end).toMatchObject({ state: { kind: "exited", code: 4, step: 2 } });
      expect(output[0]?.endsWith("done\n")).toBe(true);
      expect(output[1]).toBe("after\n");
      // Each frame was seen at most once, and in order.
      const seen = [...(output[0] ?? "").matchAll(/\r(\d{5}) 0{200}/g)].map((match) => Number(match[1]));
      expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(3000);
      const size = statSync(join(place.folder, spec.id, "run", "log")).size;
      expect(size).toBeLessThan(60_000);
      expect(events.at(-1)).toBe(end);
      // Who comes late is told that something is missing, and sees how it ended.
      const late = await follow(place.runs, spec.id);
      expect(late.events[0]?.kind === "gap" || late.events[1]?.kind === "gap").toBe(true);
      expect(late.output[1]).toBe("after\n");
      expect(late.end).toEqual(end);
    });
  });
}
