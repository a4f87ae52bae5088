/** The snippets of deploy/proxies, in front of a real server: events, large bodies, a base path, the page. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventReader } from "../src/server/testing/read-events.ts";
import { buildPage } from "../tools/build-page.ts";
import { findProgram } from "../tools/test-tools.ts";
import { call } from "./world/api.ts";
import { launchChromium, visit } from "./world/browser.ts";
import { freePort } from "./world/free-port.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";
import type { Origin } from "./world/origin.ts";

const SNIPPETS = resolve(import.meta.dirname, "../deploy/proxies");
const MB = 1_000_000;

let world: World;
let server: Haulyard;
let origin: Origin;
const proxies: ChildProcess[] = [];

beforeAll(async () => {
  const built = await buildPage();
  if (built.kind === "failed") throw new Error(built.output);
  world = await createWorld();
  origin = await startOrigin({ "/slow.bin": { size: 400 * MB, bytesPerSecond: MB } });
  server = await startHaulyard(world);
});

afterAll(async () => {
  for (const proxy of proxies) {
    proxy.kill("SIGTERM");
    await once(proxy, "exit");
  }
  await server.kill9();
  await origin.close();
  await world.remove();
});

/** Until it takes connections. Another program may have taken the port meanwhile: then another try. */
async function startProxy(start: (port: number) => Promise<ChildProcess>): Promise<number> {
  for (let tries = 0; tries < 5; tries += 1) {
    const port = await freePort();
    const proxy = await start(port);
    const up = async (): Promise<boolean> =>
      proxy.exitCode !== null ||
      (await fetch(`http://127.0.0.1:${port}/nothing`).then(
        () => true,
        () => false,
      ));
    await waitFor("the proxy", up, Boolean);
    if (proxy.exitCode === null) {
      proxies.push(proxy);
      return port;
    }
  }
  throw new Error("no proxy came up");
}

async function startNginx(snippet: string): Promise<number> {
  const text = await readFile(join(SNIPPETS, snippet), "utf8");
  expect(text).toContain("http://127.0.0.1:8866");
  return startProxy(async (port) => {
    const folder = join(world.folder, `nginx-${port}`);
    await mkdir(folder);
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const config = `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
${process.getuid?.() === 0 ? "user root;" : ""}
events { worker_connections 256; }
http { access_log off; ${paths.join(" ")}
server { listen 127.0.0.1:${port}; ${text.replace("127.0.0.1:8866", `127.0.0.1:${server.port}`)} } }`;
    await writeFile(join(folder, "nginx.conf"), config);
    return spawn(findProgram("nginx") ?? "nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], {
      stdio: "ignore",
    });
  });
}

async function startCaddy(): Promise<number> {
  const text = await readFile(join(SNIPPETS, "Caddyfile"), "utf8");
  return startProxy(async (port) => {
    const config = join(world.folder, `Caddyfile-${port}`);
    // The second site of the file, and that alone, without certificates.
    const site = text
      .slice(text.indexOf("files.example.org {"))
      .replace("files.example.org", `http://127.0.0.1:${port}`);
    await writeFile(config, `{\nadmin off\n}\n${site.replace("127.0.0.1:8866", `127.0.0.1:${server.port}`)}`);
    return spawn("caddy", ["run", "--config", config, "--adapter", "caddyfile"], {
      stdio: "ignore",
      env: { ...process.env, HOME: world.folder, XDG_DATA_HOME: world.folder, XDG_CONFIG_HOME: world.folder },
    });
  });
}

/** What has to hold behind any proxy. */
async function checkBehind(base: string): Promise<void> {
  expect((await call(`${base}/ready`)).status).toBe(200);
  const { pathname } = new URL(base);
  const path = pathname === "/" ? "" : pathname;
  const reader = await EventReader.open(new URL(base).origin, `${path}/events?snapshot=1`);
  await reader.until("the snapshot", () => reader.of("snapshot").length > 0);
  // Its events come one by one while the stream stays open: a proxy that gathers them would hold them back.
  const added = await call<{ id: string }>(`${base}/jobs`, "POST", {
    source: `${origin.url}/slow.bin`,
    path: `slow-${path.length}-${Date.now()}.bin`,
  });
  expect(added.status).toBe(201);
  const { id } = added.body;
  await reader.until("the job", () => reader.of("job").some(({ data }) => data["id"] === id));
  await reader.until("its progress", () => reader.of("progress").length > 1);
  await call(`${base}/jobs/${id}`, "DELETE");
  await reader.until("its end", () => reader.of("removed").some(({ data }) => data["id"] === id));
  reader.close();
  // Larger than proxies take by themselves (nginx: 1 MB): it is answered by Haulyard, not refused on the way.
  const large = await call(`${base}/plan`, "POST", { jobs: [{ source: "x".repeat(2 * MB) }] });
  expect(large).toMatchObject({ status: 200, body: { plans: [{ error: { code: "not_found" } }] } });
  // A page of another site is still told apart.
  const foreign = await fetch(`${base}/jobs/actions`, {
    method: "POST",
    headers: { origin: "https://evil.example", "content-type": "application/json" },
    body: '{"action":"cancel","filter":{}}',
  });
  expect(foreign.status).toBe(403);
  const own = await fetch(`${base}/jobs/actions`, {
    method: "POST",
    headers: { origin: new URL(base).origin, "content-type": "application/json" },
    body: '{"action":"pause","ids":[]}',
  });
  expect(own.status).not.toBe(403);
}

describe("behind nginx", () => {
  test("at the root of a name everything works, events as they happen", async () => {
    const port = await startNginx("nginx.conf");
    await checkBehind(`http://127.0.0.1:${port}`);
  });

  test("below a path everything works, the page in a browser too", async () => {
    const port = await startNginx("nginx-path.conf");
    const base = `http://127.0.0.1:${port}/haulyard`;
    await checkBehind(base);
    const moved = await fetch(base, { redirect: "manual" });
    expect([moved.status, new URL(moved.headers.get("location") ?? "", base).pathname]).toEqual([
      308,
      "/haulyard/",
    ]);
    const browser = await launchChromium();
    try {
      const { page, troubles } = await visit(browser, `${base}/`);
      const name = "seen-behind-a-path.bin";
      await call(`${base}/jobs`, "POST", { source: `${origin.url}/slow.bin`, path: name });
      // It appears by an event, without a reload.
      await page.getByText(name).first().waitFor();
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

test("behind Caddy, below a path everything works (where Caddy is there)", async () => {
  if (findProgram("caddy") === null) return;
  const port = await startCaddy();
  await checkBehind(`http://127.0.0.1:${port}/haulyard`);
});
