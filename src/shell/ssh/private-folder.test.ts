import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createPrivateFolder } from "./private-folder.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-test-"));
  folders.push(folder);
  return folder;
}

test("sockets are kept where nobody else can look", async () => {
  const folder = await createPrivateFolder(await temporary());
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test("a socket's path fits the system however deep the temporary folder is", async () => {
  const deep = join(await temporary(), "d".repeat(90));
  await mkdir(deep);
  const folder = await createPrivateFolder(deep);
  folders.push(folder);
  expect(folder.length + "/0123456789ab.sock.0123456789abcdef".length).toBeLessThan(104);
});

test("folders of servers that were killed are taken away, those of others stay", async () => {
  const root = await temporary();
  // The highest pid Linux gives is 2^22.
  const [dead, alive, foreign] = [
    "haulyard-ssh-99999999-aBc123",
    `haulyard-ssh-${process.ppid}-aBc123`,
    "haulyard-ssh-x",
  ];
  for (const name of [dead, alive, foreign]) await mkdir(join(root, name));
  await createPrivateFolder(root);
  expect(existsSync(join(root, dead))).toBe(false);
  expect(existsSync(join(root, alive))).toBe(true);
  expect(existsSync(join(root, foreign))).toBe(true);
});
