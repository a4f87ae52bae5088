/** The supervisor under the shells and tools instances have. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { commandSuite } from "../src/shell/runs/suite/command.suite.ts";
import { lifeSuite } from "../src/shell/runs/suite/life.suite.ts";
import { lossSuite } from "../src/shell/runs/suite/loss.suite.ts";
import { never, QUICK, specOf } from "../src/shell/runs/suite/under-test.ts";
import { openLocalPlace } from "../src/shell/testing/local-place.ts";
import { findProgram } from "../tools/test-tools.ts";

const SUPERVISOR = join(import.meta.dirname, "../src/shell/runs/supervisor.sh");
const hasBusybox = findProgram("busybox") !== null;
const folder = mkdtempSync(join(tmpdir(), "haulyard-shells-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All small tools from busybox, as on Alpine, and nothing else: no bash either. */
function busyboxTools(): string {
  const path = join(folder, "busybox");
  mkdirSync(path);
  if (hasBusybox) execFileSync("busybox", ["--install", "-s", path]);
  return path;
}

/** Tools that know less: no `mv -T`, no `grep -z`, no parts of seconds to sleep. */
function oldTools(): string {
  const path = join(folder, "old");
  mkdirSync(path);
  const refuse = (tool: string, pattern: string): void => {
    const real = findProgram(tool) ?? tool;
    const text = `#!/bin/sh\ncase "$1" in ${pattern}) echo "$0: what is $1?" >&2; exit 2;; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(path, tool), text, { mode: 0o755 });
  };
  refuse("mv", "-T");
  refuse("grep", "-*z*");
  // As long as the supervisor naps; the commands of the tests sleep in other parts of seconds.
  refuse("sleep", "0.2");
  for (const tool of "setsid cat mkdir rmdir rm wc tail head tr touch pwd env".split(" "))
    symlinkSync(findProgram(tool) ?? tool, join(path, tool));
  return path;
}

test.skipIf(findProgram("shellcheck") === null)(
  "the supervisor is POSIX sh without a doubtful construct",
  () => {
    const { stdout, status } = spawnSync("shellcheck", ["--shell=sh", "--severity=style", SUPERVISOR], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  },
);

describe.concurrent("under bash in its POSIX mode", () => {
  const make: typeof openLocalPlace = (runs) => openLocalPlace(runs, { sh: "/bin/bash --posix" });
  commandSuite(make);
  lifeSuite(make);
  lossSuite(make);
});

describe.skipIf(!hasBusybox).concurrent("under busybox with nothing but its own tools", () => {
  const path = busyboxTools();
  const make: typeof openLocalPlace = (runs) =>
    openLocalPlace(runs, { sh: `${findProgram("busybox")} ash`, path });
  commandSuite(make);
  lifeSuite(make);
  lossSuite(make);
});

describe.concurrent("under dash with tools that know less", () => {
  const path = oldTools();
  const make: typeof openLocalPlace = (runs) => openLocalPlace(runs, { sh: "/bin/dash", path });
  lifeSuite(make);
});

/** A machine on which each step towards the beginning of a run takes its time. */
function slowTools(): { sh: string; path: string } {
  const path = join(folder, "slow");
  mkdirSync(path);
  const real = (tool: string): string => findProgram(tool) ?? tool;
  writeFileSync(
    join(path, "sh"),
    `#!/bin/sh\ncase "$2" in run) sleep 0.4;; esac\nexec ${real("dash")} "$@"\n`,
    { mode: 0o755 },
  );
  writeFileSync(
    join(path, "mv"),
    `#!/bin/sh\ncase "$*" in *run/boot) sleep 0.4;; esac\nexec ${real("mv")} "$@"\n`,
    { mode: 0o755 },
  );
  return { sh: join(path, "sh"), path: `${path}:${process.env["PATH"] ?? ""}` };
}

describe.concurrent("a run that is slow to begin", () => {
  const slow = slowTools();

  test.each([50, 200, 350, 500, 700])(
    "is cancelled for good once the cancel after %d ms has been answered",
    async (delay) => {
      await using place = await openLocalPlace(QUICK, slow);
      const spec = specOf(["sleep 300"]);
      const starting = place.runs.start(spec, never);
      await sleep(delay);
      const cancelled = { kind: "state", state: { kind: "cancelled" } };
      expect(await place.runs.cancel(spec.id, never)).toEqual(cancelled);
      const until = performance.now() + 1500;
      while (performance.now() < until) expect(await place.runs.state(spec.id, never)).toEqual(cancelled);
      await starting;
    },
  );
});

/** None of these may reach out: what is missing is told by name. */
test.each([["setsid", "tool_missing", /'setsid'/]])(
  "a place without %s says so",
  async (tool, code, message) => {
    const path = join(folder, `without-${tool}`);
    mkdirSync(path);
    for (const other of ["cat", "mkdir", "mv", "rm"])
      symlinkSync(findProgram(other) ?? other, join(path, other));
    await using place = await openLocalPlace({}, { path });
    expect(await place.runs.state("some-run", new AbortController().signal)).toMatchObject({
      kind: "failed",
      failure: { code, message: expect.stringMatching(message) as string },
    });
  },
);
