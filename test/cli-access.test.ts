/** Who may ask, as people set it up: real processes, a server that wants to know, passwords from a pipe. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";

const PASSWORD = "correct horse battery";
let world: World;
let server: Haulyard;
let token: string;

const env = { HAULYARD_AUTH: "always" };
beforeAll(async () => {
  world = await createWorld();
  server = await startHaulyard(world, { env });
  token = (await readFile(join(world.data, "token"), "utf8")).trim();
});
afterAll(async () => {
  await server.stop();
  await world.remove();
});

const cli = (args: string[], shown: string | null = token, input = ""): Promise<Ran> =>
  runCli(args, {
    cwd: world.folder,
    env: { HAULYARD_URL: server.url, ...(shown === null ? {} : { HAULYARD_TOKEN: shown }) },
    input,
  });

async function signIn(password: string): Promise<Response> {
  return fetch(`${server.url}/access/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "anna", password }),
  });
}

test("a server that always wants to know who asks lets this machine in by its token only", async () => {
  const refused = await cli(["ls"], null);
  expect(refused.code).toBe(4);
  expect((await cli(["ls"])).code).toBe(0);
});

test("accounts are made, listed, given another password and removed, over restarts of the server", async () => {
  const made = await cli(["users", "add", "Anna", "--role", "operate"], token, `${PASSWORD}\n`);
  expect(made.stderr).toBe("");
  // The first one is an admin's.
  expect(made.stdout).toBe("added  anna, admin\n");
  expect((await cli(["users", "add", "anna"], token, `${PASSWORD}\n`)).stderr).toContain("already");
  expect((await cli(["users", "add", "bob"], token, "short\n")).stderr).toContain("10 characters");
  expect((await cli(["users", "add", "bob"], token)).code).toBe(2);
  expect((await cli(["users"])).stdout).toMatch(/anna +admin/);
  const session = await signIn(PASSWORD);
  expect(session.status).toBe(200);
  const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
  await server.stop();
  server = await startHaulyard(world, { env });
  const jobs = (): Promise<Response> => fetch(`${server.url}/jobs`, { headers: { cookie } });
  expect((await jobs()).status).toBe(200);
  await cli(["users", "passwd", "anna"], token, "another horse\n");
  expect((await jobs()).status).toBe(401);
  expect((await signIn(PASSWORD)).status).toBe(401);
  expect((await signIn("another horse")).status).toBe(200);
  expect((await cli(["users", "rm", "anna"])).stdout).toBe("removed  anna\n");
  expect((await cli(["users", "rm", "anna"])).code).toBe(3);
  expect((await signIn("another horse")).status).toBe(401);
});

test("a key is printed alone, does what its role may, and nothing once it is revoked", async () => {
  const made = await cli(["keys", "add", "script", "--role", "read", "--days", "9"]);
  const key = made.stdout.trim();
  expect(key).toMatch(/^hy_[\w-]{43}$/);
  expect((await cli(["ls"], key)).code).toBe(0);
  const refused = await cli(["add", "http://127.0.0.1:1/a.bin"], key);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain("role operate");
  const listed = await cli(["keys", "--json"]);
  expect(JSON.parse(listed.stdout)).toMatchObject({ keys: [{ name: "script", role: "read" }] });
  expect(listed.stdout).not.toContain(key);
  expect((await cli(["keys", "revoke", "script"])).stdout).toBe("revoked  script\n");
  expect((await cli(["ls"], key)).code).toBe(4);
  expect((await cli(["keys", "revoke", "script"])).code).toBe(3);
});

test("no secret of all this is in the log or in the database", async () => {
  const made = await cli(["keys", "add", "kept"]);
  await server.stop();
  const kept = await Promise.all(
    ["haulyard.db", "logs/haulyard.log"].map((name) => readFile(join(world.data, name), "latin1")),
  );
  for (const secret of [made.stdout.trim(), PASSWORD, token])
    for (const text of kept) expect(text.includes(secret)).toBe(false);
  server = await startHaulyard(world, { env });
});
