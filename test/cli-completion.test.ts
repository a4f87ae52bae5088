/** What real shells complete, and the manual page as groff reads it. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "../tools/test-tools.ts";
import { HAULYARD, runCli } from "./world/cli.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-completion-"));
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout, stderr } = await runCli(["completion", shell], { cwd: folder });
    if (code !== 0) throw new Error(stderr);
    await writeFile(join(folder, shell === "fish" ? "haulyard.fish" : `haulyard.${shell}`), stdout);
  }
  await writeFile(join(folder, "a-file.md"), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What bash would offer for a line whose last word is being typed. */
function offers(line: string): string[] {
  const script = `. ./haulyard.bash
COMP_WORDS=(${line.replace(/ $/, " ''")})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_haulyard
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = spawnSync("bash", ["--norc", "-c", script], { cwd: folder, encoding: "utf8" });
  expect(ran.stderr).toBe("");
  return ran.stdout.split("\n").filter((word) => word !== "");
}

describe("in bash", () => {
  test("commands, commands of commands and options are completed, each where it belongs", () => {
    expect(offers("haulyard ba")).toEqual(["backup"]);
    expect(offers("haulyard ")).toEqual(expect.arrayContaining(["serve", "get", "hosts", "--version"]));
    expect(offers("haulyard hosts ")).toEqual(expect.arrayContaining(["add", "verify"]));
    expect(offers("haulyard hosts ")).not.toContain("serve");
    expect(offers("haulyard backup --with")).toEqual(["--with-secrets"]);
    expect(offers("haulyard serve --por")).toEqual(["--port"]);
    // Its own options, although another option and its value stand before.
    expect(offers("haulyard add --path x --prio")).toEqual(["--priority"]);
  });

  test("an option with fixed values offers these, and every other argument a file", () => {
    expect(offers("haulyard lock --root ")).toEqual(["models", "images", "files"]);
    expect(offers("haulyard cards check a-f")).toEqual(["a-file.md"]);
    expect(offers("haulyard restore a-")).toEqual(["a-file.md"]);
  });
});

test.each([
  ["zsh", ["-fn"]],
  ["fish", ["--no-config", "--no-execute"]],
] as const)("%s reads its script without a complaint", (shell, options) => {
  const ran = spawnSync(shell, [...options, join(folder, `haulyard.${shell}`)], { encoding: "utf8" });
  expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: "" });
});

test("fish offers commands with what they do", () => {
  const ran = spawnSync("fish", ["--no-config", "-c", "source haulyard.fish; complete -C 'haulyard back'"], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: folder },
  });
  expect(ran.stdout).toMatch(/^backup\twrite everything into one file/);
});

test("the manual page tells of every command, and groff reads it without a warning", async () => {
  const { code, stdout } = await runCli(["man"], { cwd: folder });
  expect(code).toBe(0);
  const help = spawnSync(HAULYARD, ["--help"], { encoding: "utf8" }).stdout;
  const names = [...help.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(15);
  for (const name of names.filter((one) => one !== "help"))
    expect(stdout, name).toMatch(new RegExp(`^\\.SS "haulyard ${name}[ "]`, "m"));
  if (findProgram("groff") === null) return;
  const read = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-z"], { input: stdout, encoding: "utf8" });
  expect({ status: read.status, stderr: read.stderr }).toEqual({ status: 0, stderr: "" });
});
