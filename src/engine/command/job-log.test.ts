import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JobLogs } from "./job-log.ts";

let folder: string;
let logs: JobLogs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-log-"));
  logs = new JobLogs(join(folder, "jobs"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("what was written is read from any place on, a line that is being drawn included", async () => {
  const log = await logs.open("a");
  await log.append("one\ntwo\n");
  log.openLine = " 45%";
  expect(await logs.read("a", 0)).toEqual({ offset: 0, text: "one\ntwo\n", next: 8, open: " 45%" });
  expect(await logs.read("a", 4)).toMatchObject({ offset: 4, text: "two\n", next: 8 });
  expect(await logs.read("a", -4)).toMatchObject({ offset: 4, text: "two\n" });
  expect(await logs.read("a", 99)).toMatchObject({ offset: 8, text: "", next: 8 });
  await log.close();
  expect(await logs.read("a", 8)).toEqual({ offset: 8, text: "", next: 8, open: null });
  expect((await stat(join(folder, "jobs/a.log"))).mode & 0o777).toBe(0o600);
});

test("a job that has written nothing has an empty log", async () => {
  expect(await logs.read("none", 0)).toEqual({ offset: 0, text: "", next: 0, open: null });
  await logs.remove("none");
});

test("opened again it goes on; what comes again after a restart is forgotten first", async () => {
  const first = await logs.open("a");
  await first.append("kept\nonce more\n");
  await first.close();
  const second = await logs.open("a");
  await second.rewind(5);
  expect(second.end).toBe(5);
  await second.append("again\n");
  expect(Buffer.from(await second.between(0, 11)).toString()).toBe("kept\nagain\n");
  expect((await logs.read("a", 0)).text).toBe("kept\nagain\n");
  await second.close();
});

test("a log stays below its limit; places count on, and who asks for what is gone is told where it begins", async () => {
  const log = await logs.open("a");
  const line = `${"x".repeat(99)}\n`;
  for (let nth = 0; nth < 300; nth += 1) await log.append(line.repeat(100));
  expect(log.end).toBe(3_000_000);
  expect((await stat(join(folder, "jobs/a.log"))).size).toBeLessThan(2_200_000);
  const part = await logs.read("a", 0);
  expect(part.offset).toBeGreaterThan(0);
  expect(part.offset % 100).toBe(0);
  expect(part.text.startsWith("x")).toBe(true);
  let { next } = part;
  for (let rounds = 0; next < log.end && rounds < 50; rounds += 1) ({ next } = await logs.read("a", next));
  expect(next).toBe(3_000_000);
  await log.close();
  const again = await logs.open("a");
  expect(again.end).toBe(3_000_000);
  await again.close();
});
