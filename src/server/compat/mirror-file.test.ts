import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import { Problems } from "../problems.ts";
import { MirrorFile } from "./mirror-file.ts";

let folder: string;
let theirs: string[];
let away: Error | null;
let problems: Problems;
let mirror: MirrorFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-mirror-"));
  theirs = [];
  away = null;
  problems = new Problems(pino({ level: "silent" }));
  mirror = new MirrorFile({
    path: join(folder, "list.json"),
    clock: new FakeClock(),
    problems,
    empty: "[]",
    render: async () => {
      if (away !== null) throw away;
      return JSON.stringify(["ours", ...theirs]);
    },
    takeIn: (text) => {
      if (!text.startsWith("[")) return "it is not a list";
      theirs = (JSON.parse(text) as string[]).filter((entry) => entry !== "ours");
      return null;
    },
  });
  await mirror.open();
  await mirror.flush();
});
afterEach(async () => {
  await mirror.close();
  await rm(folder, { recursive: true, force: true });
});

const text = (): Promise<string> => readFile(join(folder, "list.json"), "utf8");
const put = (content: string): Promise<void> => writeFile(join(folder, "list.json"), content);
const copies = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.includes(".rejected-"));

it("lets a program that writes the file slowly finish before its file is judged", async () => {
  await put("");
  expect(await mirror.flush()).toBe(false);
  expect(await text()).toBe("");
  expect(problems.list()).toHaveLength(1);
  await put('["theirs"]');
  expect(await mirror.flush()).toBe(true);
  expect(await text()).toBe('["ours","theirs"]');
  expect(problems.list()).toEqual([]);
  expect(await copies()).toEqual([]);
});

it("keeps a copy of a file that stays no list when it is replaced", async () => {
  await put("{");
  expect(await mirror.flush()).toBe(false);
  expect(await mirror.flush()).toBe(true);
  expect(await text()).toBe('["ours"]');
  const [copy = ""] = await copies();
  expect(await readFile(join(folder, copy), "utf8")).toBe("{");
  expect(problems.list()).toMatchObject([{ message: expect.stringContaining(copy) as string }]);
});

it("a store that is away is no problem of each file, and what it has to say is written when it is back", async () => {
  away = Object.assign(new Error("it restarts"), { code: "store_unreachable" });
  await put('["theirs"]');
  expect(await mirror.flush()).toBe(false);
  expect(problems.list()).toEqual([]);
  away = Object.assign(new Error("another fault"), { code: "EIO" });
  expect(await mirror.flush()).toBe(false);
  expect(problems.list()).toMatchObject([{ code: "file_not_written" }]);
  away = null;
  expect(await mirror.flush()).toBe(true);
  expect(await text()).toBe('["ours","theirs"]');
  expect(problems.list()).toEqual([]);
});
