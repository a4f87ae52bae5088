/** `haulyard settings`: shown, changed, given up, tried; secrets on standard input only. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer } from "../src/server/testing/start-server.ts";
import type { TestServer } from "../src/server/testing/test-server.ts";
import { runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";

const service = createServer((request, response) => {
  const known = request.headers.authorization === "Bearer PLANTED-good";
  response.writeHead(known ? 200 : 401).end(known ? '{"name":"ada"}' : "{}");
});
let server: TestServer;

beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const hfEndpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  server = await startServer({ localJobs: 0, services: { hfEndpoint } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  service.closeAllConnections();
  service.close();
});

const settings = (args: string, input?: string): Promise<Ran> =>
  runCli(["settings", ...args.split(" ").filter(Boolean)], {
    cwd: server.folder,
    env: { HAULYARD_URL: server.url },
    ...(input === undefined ? {} : { input }),
  });

test("a setting is shown, changed, refused and given up", async () => {
  const set = await settings("set HAULYARD_RETENTION_HOURS 72");
  expect([set.code, set.stdout]).toEqual([0, "retentionHours is 72 (changed)\n"]);
  const shown = await settings("");
  expect(shown.stdout).toMatch(/^SETTING +VALUE +FROM\n/);
  expect(shown.stdout).toMatch(/^retentionHours +72 +changed$/m);
  expect(shown.stdout).toMatch(/^stallMinutes +10 +default$/m);
  const bad = await settings("set retentionHours soon");
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain(
    'retentionHours: expected a number of hours greater than 0 and at most 87600, got "soon".',
  );
  const reset = await settings("reset retentionHours --json");
  expect(JSON.parse(reset.stdout)).toMatchObject({
    v: 1,
    setting: { name: "retentionHours", value: { source: "default", text: "24" } },
  });
  expect((await settings("set nothing 5")).code).toBe(2);
});

test("a secret comes on standard input, is tried, and is never shown", async () => {
  const refused = await settings("set hfToken PLANTED-good");
  expect([refused.code, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toContain("a secret is not taken from the command line");
  expect((await settings("test hfToken")).code).toBe(1);
  const set = await settings("set hfToken", "PLANTED-good\n");
  expect([set.code, set.stdout]).toEqual([0, "hfToken is set (changed)\n"]);
  const tried = await settings("test hfToken");
  expect([tried.code, tried.stdout]).toEqual([0, "hfToken works, as ada\n"]);
  const shown = await settings("--json");
  expect(shown.stdout).toContain('"hfToken"');
  expect([set, tried, shown, refused].map(({ stdout, stderr }) => stdout + stderr).join("")).not.toContain(
    "PLANTED",
  );
  expect((await settings("set hfToken none")).stdout).toBe("hfToken is none (changed)\n");
});
