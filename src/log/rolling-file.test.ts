import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "./create-logger.ts";
import { RollingFile } from "./rolling-file.ts";

describe("the log", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "haulyard-log-"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keeps the newest lines and never grows without bound", async () => {
    const file = new RollingFile(join(folder, "logs/a.log"), 1000);
    for (let number = 0; number < 1000; number += 1) file.write(`line ${String(number).padStart(5, "0")}\n`);
    file.close();
    const names = (await readdir(join(folder, "logs"))).toSorted();
    expect(names).toEqual(["a.log", "a.log.1", "a.log.2", "a.log.3"]);
    for (const name of names) expect((await stat(join(folder, "logs", name))).size).toBeLessThanOrEqual(1000);
    expect(await readFile(join(folder, "logs/a.log"), "utf8")).toMatch(/line 00999\n$/);
  });

  it("goes on in the file of the process before", async () => {
    const path = join(folder, "a.log");
    await writeFile(path, "before\n");
    const file = new RollingFile(path);
    file.write("after\n");
    file.close();
    expect(await readFile(path, "utf8")).toBe("before\nafter\n");
  });

  it("loses a line rather than stop the program when the folder cannot be written", async () => {
    await writeFile(join(folder, "file"), "");
    const file = new RollingFile(join(folder, "file/a.log"));
    expect(() => file.write("lost\n")).not.toThrow();
  });

  it("holds no secret, whoever wrote it into a message", async () => {
    const path = join(folder, "a.log");
    const { logger, close } = createLogger(path);
    const err = new Error("GET https://user:PLANTED@host/x?token=PLANTED failed");
    logger.info({ err, url: "https://host/?api_key=PLANTED" }, "Authorization: Bearer PLANTED");
    close();
    const text = await readFile(path, "utf8");
    expect(text).toContain("https://");
    expect(text).not.toContain("PLANTED");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});
