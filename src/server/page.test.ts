import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { send } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

const started: TestServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server[Symbol.asyncDispose]();
});

async function start(): Promise<TestServer> {
  const server = await startServer({ localJobs: 0 });
  started.push(server);
  return server;
}

async function build({ folder }: TestServer): Promise<void> {
  const web = join(folder, "web");
  await mkdir(join(web, "assets"), { recursive: true });
  await writeFile(join(web, "index.html"), "<!doctype html><title>Haulyard</title>");
  await writeFile(join(web, "favicon.svg"), "<svg/>");
  await writeFile(join(web, "color-scheme.js"), "1");
  await writeFile(join(web, "assets/index-B4d5.js"), "console.log(1)");
  await writeFile(join(web, "assets/.secret"), "x");
  await mkdir(join(web, "manual/pictures"), { recursive: true });
  await writeFile(join(web, "manual/index.html"), "<title>Manual</title>");
  await writeFile(join(web, "manual/search.json"), "[]");
  await writeFile(join(web, "manual/.secret.html"), "x");
}

describe("the page", () => {
  it("says how to build it where it is not built", async () => {
    const { url } = await start();
    const answer = await send(url, "/");
    expect(answer.status).toBe(503);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.text).toContain("npm start");
  });

  it("is there from the moment it is built, always fresh, with files that never change kept", async () => {
    const server = await start();
    expect((await send(server.url, "/")).status).toBe(503);
    await build(server);
    const page = await send(server.url, "/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>Haulyard</title>");
    expect(page.headers["cache-control"]).toBe("no-cache");
    const script = await send(server.url, "/assets/index-B4d5.js");
    expect(script.headers["content-type"]).toMatch(/^(?:text|application)\/javascript/);
    // Run as a worker, it is under the policy it came with.
    expect(script.headers["content-security-policy"]).toContain("connect-src 'self'");
    expect((await send(server.url, "/jobs")).headers["cache-control"]).toBe("no-store");
    expect(script.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    const plain = await send(server.url, "/color-scheme.js");
    expect(plain.text).toBe("1");
    expect(plain.headers["cache-control"]).toBe("no-cache");
    expect((await send(server.url, "/favicon.svg")).headers["content-type"]).toBe("image/svg+xml");
    const again = await send(server.url, "/", { headers: { "if-none-match": String(page.headers["etag"]) } });
    expect(again.status).toBe(304);
  });

  it("takes what phones and browsers send, and hands it to the page without looking at it", async () => {
    const server = await start();
    const path = join(import.meta.dirname, "../../web/public/manifest.webmanifest");
    const manifest = JSON.parse(await readFile(path, "utf8")) as {
      share_target: { action: string; method: string };
      protocol_handlers: { url: string }[];
    };
    const { action, method } = manifest.share_target;
    const sent = encodeURIComponent("https://example.org/a b&c#d\r\nX-Own: 1");
    for (const address of [
      `${action}?url=${sent}&title=`,
      manifest.protocol_handlers[0]?.url.replace("%s", sent),
    ]) {
      const { pathname, search } = new URL(address ?? "", server.url);
      // As a link on another page would: it is only a way to the page.
      const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
      const answer = await send(server.url, pathname + search, { method, headers });
      expect(answer.status).toBe(303);
      expect(answer.headers["location"]).toBe(`./#/add${search}`);
      expect(answer.headers["x-own"]).toBeUndefined();
    }
    expect((await send(server.url, "/send")).headers["location"]).toBe("./#/add");
    expect((await send(server.url, "/send", { method: "POST" })).status).toBe(405);
    expect((await server.store.list({ sort: "oldest", limit: 1 })).jobs).toEqual([]);
  });

  it("has the manual beside it, under the page's own policy", async () => {
    const server = await start();
    await build(server);
    const manual = await send(server.url, "/manual/");
    expect([manual.status, manual.text]).toEqual([200, "<title>Manual</title>"]);
    expect(manual.headers["content-security-policy"]).toContain("script-src 'self'");
    expect((await send(server.url, "/manual")).headers["location"]).toBe("manual/");
    expect((await send(server.url, "/manual/search.json")).text).toBe("[]");
    for (const path of ["/manual/.secret.html", "/manual/none.html", "/manual/../index.html/x"])
      expect((await send(server.url, path)).status, path).toBe(404);
  });

  it("comes compressed to whoever takes it so, and as it is to everybody else", async () => {
    const server = await start();
    await build(server);
    await writeFile(join(server.folder, "web/assets/index-B4d5.js.gz"), gzipSync("console.log(1)"));
    const path = "/assets/index-B4d5.js";
    const packed = await send(server.url, path, { headers: { "accept-encoding": "gzip, br" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.headers["content-type"]).toMatch(/javascript/);
    expect(packed.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    const plain = await send(server.url, path);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.text).toBe("console.log(1)");
    for (const { headers } of [packed, plain]) expect(headers["vary"]).toMatch(/accept-encoding/i);
    const page = await send(server.url, "/", { headers: { "accept-encoding": "br" } });
    expect(page.text, "what has no copy").toContain("<title>Haulyard</title>");
  });

  it("runs its own scripts only, and is framed by nobody", async () => {
    const server = await start();
    await build(server);
    const policy = String((await send(server.url, "/")).headers["content-security-policy"]);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:/);
    expect(policy).toContain("frame-ancestors 'none'");
    for (const path of ["/", "/jobs", "/nothing", "/docs", "/assets/index-B4d5.js"]) {
      const { headers } = await send(server.url, path);
      expect(headers["x-content-type-options"], path).toBe("nosniff");
      expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
    }
  });

  it.each([
    "/assets/.secret",
    "/assets/",
    "/assets/none.js",
    "/none.js",
    "/index.html.bak",
    "/assets/sub/x.js",
    "/%2e%2e/x.js",
  ])("has nothing at %s", async (path) => {
    const server = await start();
    await build(server);
    const answer = await send(server.url, path);
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ success: false, code: "not_found" });
  });

  it("is away again when its files are", async () => {
    const server = await start();
    await build(server);
    await rm(join(server.folder, "web"), { recursive: true });
    expect((await send(server.url, "/")).status).toBe(503);
  });
});

describe("the API's page", () => {
  it("takes everything from this server", async () => {
    const { url } = await start();
    const page = await send(url, "/docs");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.text).not.toMatch(/https?:|\/\/cdn/);
    const sources = [...page.text.matchAll(/src="([^"]+)"/g)].map(([, source = ""]) => source);
    expect(sources).toHaveLength(2);
    for (const source of sources) {
      const script = await send(url, new URL(source, `${url}/docs`).pathname);
      expect(script.status).toBe(200);
      expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    }
    expect((await send(url, "/docs/scalar.js")).text.length).toBeGreaterThan(1_000_000);
    expect((await send(url, "/docs/")).status).toBe(301);
  });
});
