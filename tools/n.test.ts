import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ROOT } from "./run-command.ts";
import { findProgram } from "./test-tools.ts";

const clone = realpathSync(mkdtempSync(join(tmpdir(), "haulyard-n-")));
afterAll(() => rmSync(clone, { recursive: true }));
mkdirSync(join(clone, "tools"));
cpSync(join(ROOT, "tools/n"), join(clone, "tools/n"));

/** A system with a `node` that says it is of this version, or with none. */
function systemNode(version: string | null): string {
  const folder = mkdtempSync(join(clone, "path-"));
  if (version !== null) {
    const node = join(folder, "node");
    writeFileSync(node, `#!/bin/sh\n[ "$1" = -p ] && echo ${version} || echo "ran with $*"\n`);
    chmodSync(node, 0o755);
  }
  // All else the script needs, and no folder in which a real Node could lie.
  for (const program of ["dirname", "uname"]) symlinkSync(whereIs(program), join(folder, program));
  return folder;
}

function whereIs(program: string): string {
  const path = findProgram(program);
  if (path === null) throw new Error(`no ${program} on this system`);
  return path;
}

const run = (command: string, args: string[], PATH: string) =>
  spawnSync(command, args, { encoding: "utf8", env: { PATH } });

test("the Node that npm brought is run, whatever Node the system has", () => {
  const { stdout } = run(join(ROOT, "tools/n"), ["-p", "process.execPath"], systemNode("99"));
  expect(stdout.trim()).toMatch(/node_modules\/node-[\w-]+\/bin\/node$/);
});

test("programs started by it find the same Node first", () => {
  const script =
    'require("child_process").execFileSync("node", ["-p", "process.execPath"], {stdio: "inherit"})';
  const { stdout } = run(join(ROOT, "tools/n"), ["-e", script], systemNode("99"));
  expect(stdout.trim()).toMatch(/node_modules\/node-[\w-]+\/bin\/node$/);
});

test("without it, a system Node that is new enough is run", () => {
  const { stdout, status } = run(join(clone, "tools/n"), ["a.ts", "b c"], systemNode("26"));
  expect(stdout).toBe("ran with a.ts b c\n");
  expect(status).toBe(0);
});

test("without it, a system Node that is too old is refused, with what to do", () => {
  const { stderr, status } = run(join(clone, "tools/n"), ["a.ts"], systemNode("20"));
  expect(stderr).toContain("needs Node 26");
  expect(stderr).toContain("major version 20");
  expect(stderr).toContain(`Run 'npm ci' in ${clone}`);
  expect(status).toBe(1);
});

test("without any Node, it says what to do", () => {
  const { stderr, status } = run(join(clone, "tools/n"), ["a.ts"], systemNode(null));
  expect(stderr).toContain("found no node");
  expect(status).toBe(1);
});

test("the command line starts in well under 200 ms", () => {
  const path = process.env["PATH"] ?? "";
  const once = (command: string, ...args: string[]): number => {
    const started = performance.now();
    expect(run(command, args, path).status).toBe(0);
    return performance.now() - started;
  };
  // The fastest of some: what else the machine does at the moment is not what is measured. A slow machine is one on
  // which Node alone takes longer than this to start.
  const usualMs = 40;
  let [ours, bare] = [Infinity, Infinity];
  for (let tries = 0; tries < 50 && ours >= 200 * Math.max(1, bare / usualMs); tries += 1) {
    ours = Math.min(ours, once(join(ROOT, "bin/haulyard"), "--version"));
    bare = Math.min(bare, once(process.execPath, "-e", "0"));
  }
  expect(ours, `Node alone takes ${bare} ms`).toBeLessThan(200 * Math.max(1, bare / usualMs));
});
