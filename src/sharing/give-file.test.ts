import { lstat, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stampOf } from "../job/file-stamp.ts";
import type { SharedFile } from "../job/sharing/sharing-contract.ts";
import type { Clock } from "../job/clock.ts";
import { systemClock } from "../job/clock.ts";
import type { OpenSharing } from "./open-sharing.ts";
import { openSharing } from "./open-sharing.ts";
import { createSigner } from "./sign-request.ts";

const JOB = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const SECRET = "5e".repeat(32);
const BYTES = "0123456789";
const DAY_MS = 24 * 3_600_000;
const noLog = { error: () => {} };

describe("a machine that gives files to others", () => {
  let folder: string;
  let path: string;
  let file: SharedFile;
  let now: number;
  const clock: Clock = { ...systemClock, now: () => now };
  let open: OpenSharing;
  const sharing = {
    secret: async () => SECRET,
    find: async (job: string, node: string) => (job === JOB && node === "a" ? { path, file } : null),
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "haulyard-give-"));
    path = join(folder, "file.bin");
    await writeFile(path, BYTES);
    file = { sha256: "ab".repeat(32), stamp: stampOf(await lstat(path, { bigint: true })) };
    now = Date.UTC(2026, 0, 1);
    const place = { host: "127.0.0.1", port: 0, url: null };
    open = await openSharing(place, { sharing, clock, node: "a", log: noLog });
  });
  afterEach(async () => {
    await open.close();
    await rm(folder, { recursive: true });
  });

  const sign = (job = JOB, step = 0): Promise<string> => createSigner({ sharing, clock })(job, step);
  const ask = async (headers: Record<string, string> = {}, method = "GET"): Promise<Response> =>
    fetch(`${open.address}/shared/${JOB}/0`, {
      method,
      headers: { authorization: await sign(), ...headers },
    });

  it("gives it whole or in part, under its hash as the validator", async () => {
    const whole = await ask();
    expect([whole.status, whole.headers.get("etag"), await whole.text()]).toEqual([
      200,
      `"sha256-${file.sha256}"`,
      BYTES,
    ]);
    for (const [range, answer] of [
      ["bytes=2-4", "234"],
      ["bytes=7-", "789"],
      ["bytes=-2", "89"],
      ["bytes=8-99", "89"],
    ] as const) {
      const part = await ask({ range, "if-range": `"sha256-${file.sha256}"` });
      expect([part.status, await part.text()], range).toEqual([206, answer]);
    }
    const part = await ask({ range: "bytes=2-4" });
    expect(part.headers.get("content-range")).toBe("bytes 2-4/10");
    const head = await ask({}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
  });

  it("gives the whole where a range is not understood, or its validator is another one; 416 behind the end", async () => {
    for (const headers of [
      { range: "bytes=0-1,4-5" },
      { range: "lines=1-2" },
      { range: "bytes=5-2" },
      { range: "bytes=-" },
      { range: "bytes=2-4", "if-range": '"sha256-other"' },
    ]) {
      const answer = await ask(headers);
      expect([answer.status, await answer.text()], JSON.stringify(headers)).toEqual([200, BYTES]);
    }
    for (const range of ["bytes=10-", "bytes=-0"]) {
      const answer = await ask({ range });
      expect([answer.status, answer.headers.get("content-range"), await answer.text()]).toEqual([
        416,
        "bytes */10",
        "",
      ]);
    }
  });

  it("asks for a signature for this very file that is not over, nor longer than ours are", async () => {
    const today = await sign();
    for (const authorization of ["", "Haulyard", await sign(JOB, 1), await sign(folder), `${today}0`])
      expect((await ask({ authorization })).status, authorization).toBe(401);
    now += DAY_MS - 1;
    expect((await ask({ authorization: today })).status).toBe(200);
    now += 1;
    expect((await ask({ authorization: today })).status).toBe(401);
    const later = await sign();
    now -= 2 * DAY_MS;
    expect((await ask({ authorization: later })).status).toBe(401);
  });

  it("gives nothing that is not the file whose hash was taken: written to since, replaced, gone, or a link", async () => {
    const isThere = async (): Promise<number> => (await ask()).status;
    await utimes(path, 1, 1);
    expect(await isThere()).toBe(404);
    file = { ...file, stamp: stampOf(await lstat(path, { bigint: true })) };
    expect(await isThere()).toBe(200);
    await rename(path, `${path}.moved`);
    expect(await isThere()).toBe(404);
    await symlink(`${path}.moved`, path);
    expect(await isThere()).toBe(404);
    await rm(path);
    await writeFile(path, BYTES);
    expect(await isThere()).toBe(404);
  });

  it("has an address only where the others can be told one", async () => {
    const parts = { sharing, clock, node: "a", log: noLog };
    const addresses: (string | null)[] = [];
    for (const [host, url] of [
      ["0.0.0.0", null],
      ["0.0.0.0", "http://worker-1:8868"],
    ] as const) {
      const opened = await openSharing({ host, port: 0, url }, parts);
      addresses.push(opened.address);
      await opened.close();
    }
    expect(addresses).toEqual([null, "http://worker-1:8868"]);
    expect(open.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
