import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Finding } from "../job/finding.ts";
import { checkPrograms } from "./check-programs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-doctor-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, script: string, mode = 0o755): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), mode);
}

async function find(name: string): Promise<Finding> {
  const found = await checkPrograms(folder, new AbortController().signal);
  const one = found.find((each) => each.name === name);
  if (one === undefined) throw new Error(`nothing was found of ${name}`);
  return one;
}

test("a program tells its version, wherever it prints it", async () => {
  await put("curl", 'echo "curl 8.9.1 (x86_64-pc-linux-gnu) libcurl/8.9.1"');
  await put("ssh", 'echo "OpenSSH_9.9p1, OpenSSL 3.5.0" >&2');
  expect(await find("curl")).toMatchObject({ state: "ok", message: "curl: curl 8.9.1" });
  expect(await find("ssh")).toMatchObject({ state: "ok", message: "ssh: OpenSSH_9.9p1" });
});

test("one that ends with an error is there all the same", async () => {
  await put("ssh-keygen", "exit 1");
  expect(await find("ssh-keygen")).toMatchObject({ state: "ok", message: "ssh-keygen is there" });
});

test("one that is missing is a hint that says what for and how to get it", async () => {
  expect(await find("aria2c")).toMatchObject({
    state: "hint",
    message: expect.stringContaining("cards that use aria2c"),
    advice: "If you need that: apt-get install aria2",
  });
});

test("one that may not be started is told apart from one that is missing", async () => {
  await put("wget", "echo 1.2", 0o644);
  expect(await find("wget")).toMatchObject({
    state: "hint",
    message: expect.stringContaining("does not start"),
  });
});
