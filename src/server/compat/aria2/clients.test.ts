/** What AriaNg, browsers' add-ons and aria2p do, call by call as they make them, with real downloads. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, test } from "vitest";
import { startOrigin } from "../../../../test/world/origin.ts";
import type { Origin } from "../../../../test/world/origin.ts";
import { send } from "../../testing/send.ts";
import { startServer } from "../../testing/start-server.ts";
import type { TestServer } from "../../testing/test-server.ts";
import { call } from "./testing/call-rpc.ts";
import { openSocket } from "./testing/rpc-socket.ts";
import { untilStatus } from "./testing/until-status.ts";

type Status = Record<string, string>;

const LIST_KEYS =
  "gid totalLength completedLength uploadSpeed downloadSpeed connections numSeeders seeder status errorCode verifiedLength verifyIntegrityPending files bittorrent".split(
    " ",
  );

test("AriaNg adds, pauses, lets go on, removes and forgets downloads, and hears of each", async () => {
  await using origin = await startOrigin({
    "/slow.bin": { size: 3_000_000, bytesPerSecond: 10_000 },
    "/quick.bin": { size: 70_000 },
  });
  await using server = await startServer({ real: true });
  await using page = await openSocket(server.url, { origin: server.url });
  const ask = async <T>(method: string, ...params: unknown[]): Promise<T> =>
    (await page.call(`aria2.${method}`, ...params))["result"] as T;
  expect(await ask("getVersion")).toHaveProperty("enabledFeatures");
  const quick = await ask<string>("addUri", [`${origin.url}/quick.bin`], {});
  await page.heard("aria2.onDownloadComplete", quick);
  const slow = await ask<string>("addUri", [`${origin.url}/slow.bin`], { out: "a/b.bin", pause: "true" });
  await page.heard("aria2.onDownloadPause", slow);
  const [waiting] = await ask<Status[]>("tellWaiting", 0, 1000, LIST_KEYS);
  expect(waiting).toMatchObject({ gid: slow, status: "paused" });

  expect(await ask("unpause", slow)).toBe(slow);
  await page.heard("aria2.onDownloadStart", slow);
  await untilStatus(server.url, slow, ({ completedLength }) => Number(completedLength) > 0);
  const [active] = await ask<Status[]>("tellActive", LIST_KEYS);
  expect(active).toMatchObject({ gid: slow, status: "active", totalLength: "3000000" });
  const details = await page.call("system.multicall", [
    { methodName: "aria2.tellStatus", params: [slow] },
    { methodName: "aria2.getPeers", params: [slow] },
  ]);
  expect(details["result"]).toMatchObject([
    [{ gid: slow, numPieces: "3", bitfield: expect.stringMatching(/^[0-9a-f]{2}$/) as unknown }],
    [[]],
  ]);

  expect(await ask("changeOption", slow, { "max-download-limit": "1M" })).toBe("OK");
  expect(await ask("getOption", slow)).toMatchObject({ "max-download-limit": "1048576", out: "b.bin" });
  expect(await ask("forceRemove", slow)).toBe(slow);
  await page.heard("aria2.onDownloadStop", slow);
  const stopped = await ask<Status[]>("tellStopped", -1, 1000, LIST_KEYS);
  expect(stopped.map(({ gid, status }) => [gid, status])).toEqual([
    [slow, "removed"],
    [quick, "complete"],
  ]);
  expect(await ask("removeDownloadResult", slow)).toBe("OK");
  expect(await ask("purgeDownloadResult")).toBe("OK");
  expect(await ask("tellStopped", -1, 1000, LIST_KEYS)).toEqual([]);
  expect(page.notifications.map((line) => line.replace(quick, "quick").replace(slow, "slow"))).toEqual([
    "aria2.onDownloadStart quick",
    "aria2.onDownloadComplete quick",
    "aria2.onDownloadPause slow",
    "aria2.onDownloadStart slow",
    "aria2.onDownloadStop slow",
  ]);
});

describe("an add-on of a browser", () => {
  const size = 50_000;
  let server: TestServer;
  let origin: Origin;
  let rpc: string;
  beforeAll(async () => {
    origin = await startOrigin({
      "/a.bin": { size },
      "/b.bin": { size },
      "/c.bin": { size },
      "/d.bin": { size },
    });
    server = await startServer({ real: true });
    rpc = `${server.url}/jsonrpc`;
    return async () => {
      await server[Symbol.asyncDispose]();
      await origin.close();
    };
  });
  const finished = (gid: string): Promise<Status> =>
    untilStatus(server.url, gid, ({ status }) => status === "complete" || status === "error");

  it("hands on a download with what the browser would have sent", async () => {
    const options = {
      out: "from browser.bin",
      referer: "http://page.example/",
      "user-agent": "Browser/1",
      header: ["Cookie: a=b; c=d", "Accept-Encoding: gzip", "Host: evil.example"],
      split: "5",
    };
    const gid = await call<string>(rpc, "aria2.addUri", [`${origin.url}/a.bin`], options);
    expect(await finished(gid)).toMatchObject({ status: "complete", errorCode: "0" });
    const [seen] = origin.seen("/a.bin");
    expect(seen?.headers).toMatchObject({
      referer: "http://page.example/",
      "user-agent": "Browser/1",
      cookie: "a=b; c=d",
      host: new URL(origin.url).host,
    });
    const [file] = await call<{ path: string }[]>(rpc, "aria2.getFiles", gid);
    expect(file?.path).toBe(join(server.downloads, "files/from browser.bin"));
    expect(await readFile(file?.path ?? "")).toEqual(origin.bytes("/a.bin"));
  });

  it("asks where downloads go, and may name folders below that", async () => {
    const { dir = "" } = await call<Status>(rpc, "aria2.getGlobalOption");
    const gid = await call<string>(rpc, "aria2.addUri", [`${origin.url}/b.bin`], { dir: `${dir}/below/` });
    expect(await finished(gid)).toMatchObject({ status: "complete", dir: join(dir, "below") });
    expect((await stat(join(dir, "below/b.bin"))).size).toBe(size);
  });

  it.each([
    [{ dir: "/etc" }, /must stay inside/],
    [{ dir: "/tmp" }, /must stay inside/],
    [{ out: "../../x.bin" }, /must stay inside/],
    [{ out: "/etc/cron.d/x" }, /must stay inside/],
    [{ dir: "..", out: "x.bin" }, /must stay inside/],
    [{ out: ".ssh/authorized_keys" }, /out|path/],
  ])("cannot write anywhere else: %j", async (options, why) => {
    await expect(call(rpc, "aria2.addUri", [`${origin.url}/b.bin`], options)).rejects.toThrow(why);
  });

  it("gets the download that is there already when it asks again", async () => {
    const first = await call<string>(rpc, "aria2.addUri", [`${origin.url}/c.bin`]);
    await finished(first);
    expect(await call(rpc, "aria2.addUri", [`${origin.url}/c.bin`])).toBe(first);
  });

  it("chooses a GID once", async () => {
    const options = { gid: "00112233445566aa", out: "mine.bin" };
    expect(await call(rpc, "aria2.addUri", [`${origin.url}/a.bin`], options)).toBe(options.gid);
    expect(await finished(options.gid)).toMatchObject({ gid: options.gid, status: "complete" });
    const again = call(rpc, "aria2.addUri", [`${origin.url}/a.bin`], { ...options, out: "other.bin" });
    await expect(again).rejects.toThrow("GID 00112233445566aa is used by another download already.");
  });

  it("is told with aria2's numbers what went wrong", async () => {
    const nowhere = await call<string>(rpc, "aria2.addUri", [`${origin.url}/nowhere.bin`]);
    expect(await finished(nowhere)).toMatchObject({ status: "error", errorCode: "3" });
    const checksum = `md5=${"0".repeat(32)}`;
    const wrong = await call<string>(rpc, "aria2.addUri", [`${origin.url}/d.bin`], {
      out: "w.bin",
      checksum,
    });
    expect(await finished(wrong)).toMatchObject({ status: "error", errorCode: "32" });
    const md5 = `md5=${origin.hash("/d.bin", "md5")}`;
    const right = await call<string>(rpc, "aria2.addUri", [`${origin.url}/d.bin`], {
      out: "r.bin",
      checksum: md5,
    });
    expect(await finished(right)).toMatchObject({ status: "complete" });
  });

  it("adds all files of a Metalink, with their folders and hashes", async () => {
    const file = (path: string, name: string, hash = origin.hash(path)): string =>
      `<file name="${name}"><hash type="sha-256">${hash}</hash><url>${origin.url}${path}</url></file>`;
    const files = [file("/a.bin", "m/one.bin"), file("/b.bin", "m/two.bin", "0".repeat(64))];
    const metalink = `<metalink xmlns="urn:ietf:params:xml:ns:metalink">${files.join("")}</metalink>`;
    const base64 = Buffer.from(metalink).toString("base64");
    const gids = await call<string[]>(rpc, "aria2.addMetalink", base64, { pause: "false" });
    expect(gids).toHaveLength(2);
    const [one, two] = await Promise.all(gids.map(finished));
    expect(one).toMatchObject({ status: "complete", dir: join(server.downloads, "files/m") });
    expect(two).toMatchObject({ status: "error", errorCode: "32" });
    const evil = Buffer.from(metalink.replaceAll("m/", "../")).toString("base64");
    await expect(call(rpc, "aria2.addMetalink", evil)).rejects.toThrow("..");
  });

  it.each([
    ["magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567", "magnet:"],
    ["ftp://127.0.0.1/a.bin", "ftp:"],
    ["file:///etc/passwd", "file:"],
    ["resources/card.md", "No URI"],
    ["http://", "No URI"],
    ["http://a.example/x\nhttp://b.example/y", "No URI"],
  ])("is told that %j cannot be had", async (uri, why) => {
    await expect(call(rpc, "aria2.addUri", [uri])).rejects.toThrow(why);
  });

  it("cannot stop the server, or have it say OK to what it does not do", async () => {
    await expect(call(rpc, "aria2.shutdown")).rejects.toThrow("not shut down by its clients");
    await expect(call(rpc, "aria2.addTorrent", "xx")).rejects.toThrow("BitTorrent");
    const options = { out: "p.bin", pause: "true" };
    const gid = await call<string>(rpc, "aria2.addUri", [`${origin.url}/a.bin`], options);
    const add = ["http://127.0.0.1:1/x"];
    await expect(call(rpc, "aria2.changeUri", gid, 1, [], add)).rejects.toThrow("cannot be changed");
    await expect(call(rpc, "aria2.changeGlobalOption", { dir: "/etc" })).rejects.toThrow("'--dir'");
  });
});

test("aria2p's calls, which name no media type, are answered", async () => {
  await using server = await startServer({ localJobs: 0 });
  const ask = async (method: string, params: unknown[] = []) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: "-1", method, params });
    const { status, json } = await send(server.url, "/jsonrpc", { method: "POST", body });
    return { status, result: json?.["result"] };
  };
  const uris = ["http://127.0.0.1:1/a.bin"];
  const { result: gid } = await ask("aria2.addUri", [uris, { dir: join(server.downloads, "files") }]);
  expect(await ask("aria2.tellWaiting", [0, 1000])).toMatchObject({
    status: 200,
    result: [{ gid, status: "waiting" }],
  });
  expect(await ask("aria2.changePosition", [gid, 1, "POS_CUR"])).toMatchObject({ result: 0 });
  for (const method of ["aria2.getOption", "aria2.getFiles", "aria2.tellStatus"])
    expect(await ask(method, [gid])).toMatchObject({ status: 200 });
  for (const method of ["aria2.tellActive", "aria2.getGlobalOption", "aria2.getGlobalStat", "aria2.pauseAll"])
    expect(await ask(method)).toMatchObject({ status: 200 });
});

test("a download keeps its GID when the server is started again", async () => {
  const first = await startServer({ localJobs: 0 });
  const gid = await call<string>(`${first.url}/jsonrpc`, "aria2.addUri", ["http://127.0.0.1:1/kept.bin"]);
  await first.stop();
  await using second = await startServer({ folder: first.folder, localJobs: 0 });
  expect(await call(`${second.url}/jsonrpc`, "aria2.tellStatus", gid.slice(0, 8))).toMatchObject({
    gid,
    status: "waiting",
    files: [{ path: join(second.downloads, "files/kept.bin") }],
  });
});

test("a limit for all is that of the page, and none while downloads are switched off", async () => {
  await using server = await startServer();
  const rpc = `${server.url}/jsonrpc`;
  const told = async (): Promise<string | undefined> =>
    (await call<Status>(rpc, "aria2.getGlobalOption"))["max-overall-download-limit"];
  expect(await told()).toBe("0");
  await call(rpc, "aria2.changeGlobalOption", { "max-overall-download-limit": "3M" });
  expect(await send(server.url, "/limit-rate")).toMatchObject({
    json: { now: { bytes_per_second: 3_145_728 } },
  });
  await send(server.url, "/limit-rate", { method: "PUT", body: { limit_rate: "off" } });
  expect(await told()).toBeUndefined();
});

test("how many downloads run at a time is the setting of the page", async () => {
  await using server = await startServer({ settings: { token: "a-token-of-the-server" } });
  const rpc = `${server.url}/jsonrpc`;
  const headers = { "x-api-key": "a-token-of-the-server" };
  const secret = "token:a-token-of-the-server";
  const change = (text: string, shown = secret): Promise<unknown> =>
    call(rpc, "aria2.changeGlobalOption", shown, { "max-concurrent-downloads": text });
  expect(await change("7")).toBe("OK");
  expect(await call(rpc, "aria2.getGlobalOption", secret)).toMatchObject({ "max-concurrent-downloads": "7" });
  const { json } = await send(server.url, "/settings", { headers });
  const settings = json?.["settings"] as { name: string; value: { text: string } }[];
  expect(settings.find(({ name }) => name === "localJobs")?.value.text).toBe("7");
  await expect(change("0")).rejects.toThrow("'--max-concurrent-downloads'");
  const made = await send(server.url, "/access/keys", {
    method: "POST",
    headers,
    body: { name: "adds", role: "operate" },
  });
  await expect(change("2", `token:${String(made.json?.["secret"])}`)).rejects.toThrow("wants the role admin");
});

test("commands of cards are told of, too", async () => {
  await using server = await startServer({ localJobs: 0 });
  const step = {
    kind: "command" as const,
    line: "echo a",
    shown: "echo a",
    title: null,
    tool: "auto" as const,
    environment: {},
  };
  const expected = {
    folder: "/m",
    name: "x.bin",
    urls: ["http://h.example/x.bin?token=geheim"],
    size: 5,
    checksum: null,
  };
  const { job } = await server.engine.submit({
    source: { kind: "card", filepath: "a.md" },
    place: { kind: "node", name: "here" },
    steps: [{ ...step, expects: [], resumes: false, isPlainFetch: false }],
    name: "A card",
    destination: null,
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
  });
  const other = await server.engine.submit({
    ...job,
    source: { kind: "card", filepath: "b.md" },
    steps: [
      { ...step, expects: [expected, { ...expected, name: "y.bin" }], resumes: true, isPlainFetch: false },
    ],
  });
  expect(other.kind).toBe("created");
  const [first, second] = await call<{ files: { path: string; uris: unknown[] }[] }[]>(
    `${server.url}/jsonrpc`,
    "aria2.tellWaiting",
    0,
    10,
  );
  expect(first?.files).toMatchObject([{ path: "[COMMAND]A card", uris: [] }]);
  expect(second?.files.map(({ path }) => path)).toEqual(["/m/x.bin", "/m/y.bin"]);
  expect(JSON.stringify(second)).not.toContain("geheim");
});
