/** The client as a program of somebody else has it: packed, installed without a network, used against a real server. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildClient } from "../tools/build-client.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const ROOT = resolve(import.meta.dirname, "..");
const TSC = join(ROOT, "node_modules/@typescript/native/bin/tsc");

let folder: string;
let world: World;
let server: Haulyard;
let origin: Origin;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-consumer-"));
  world = await createWorld();
  origin = await startOrigin();
  server = await startHaulyard(world);
  await buildClient(join(folder, "package"));
  await writeFile(join(folder, "package.json"), '{"name": "consumer", "private": true, "type": "module"}\n');
  const packed = await run("npm", ["pack", "./package", "--ignore-scripts", "--json"]);
  if (packed.code !== 0) throw new Error(packed.output);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  const installed = await run("npm", [
    "install",
    `./${tarball}`,
    "--offline",
    "--ignore-scripts",
    "--no-audit",
  ]);
  if (installed.code !== 0) throw new Error(installed.output);
});
afterAll(async () => {
  await server.stop();
  await origin.close();
  await world.remove();
  await rm(folder, { recursive: true, force: true });
});

/** As a person would in this folder: with nothing of ours but the package. */
function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder, npm_config_cache: join(folder, "cache") },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((done, fail) => {
    child.once("error", fail).once("close", (code) => done({ code, output }));
  });
}

const CONSUMER = `
import { ApiError, Haulyard, Unreachable } from "haulyard/client";
import type { JobMessage, PlacedEvent } from "haulyard/client";

const [url = "", source = "", slow = ""] = process.argv.slice(2);
const haulyard = new Haulyard(url);
const seen: PlacedEvent["type"][] = [];
const enough = new AbortController();
const watching = (async () => {
  for await (const event of haulyard.events(enough.signal)) seen.push(event.type);
})();

const added = await haulyard.add(source, { path: "a/b.bin" });
if (added.kind !== "one") throw new Error("one file is one job");
const done: JobMessage = await haulyard.finished(added.job.id);

const other = await haulyard.add(slow);
if (other.kind !== "one") throw new Error("one file is one job");
const { status } = await haulyard.jobs.pause(other.job.id);
const refused = await haulyard.jobs.retry(added.job.id).catch((error: unknown) => error);
const nobody = await new Haulyard("http://127.0.0.1:1").health().catch((error: unknown) => error);
await haulyard.jobs.remove(other.job.id);
const removed = await haulyard.finished(other.job.id).catch((error: unknown) => error);

while (!seen.includes("removed")) await new Promise((resolve) => setTimeout(resolve, 20));
enough.abort();
await watching;
console.log(
  JSON.stringify({
    status: done.status,
    destination: done.destination,
    paused: status,
    refused: refused instanceof ApiError && refused.status,
    nobody: nobody instanceof Unreachable && nobody.baseUrl,
    removed: removed instanceof ApiError && removed.code,
    first: seen[0],
  }),
);
`;

it("the installed package adds, watches, waits, pauses and removes, and its types hold", async () => {
  await writeFile(join(folder, "consumer.ts"), CONSUMER);
  const compilerOptions = {
    target: "es2024",
    module: "nodenext",
    lib: ["es2024", "dom", "dom.iterable"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    // Ours and zod's types are looked at too: nothing in the package may be missing.
    skipLibCheck: false,
    outDir: "out",
  };
  const process = "declare const process: { argv: string[] };\n";
  await writeFile(join(folder, "process.d.ts"), process);
  const files = ["consumer.ts", "process.d.ts"];
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const checked = await run(globalThis.process.execPath, [TSC, "-p", "."]);
  expect(checked.output).toBe("");

  const source = origin.put("/a.bin", { size: 50_000 });
  const slow = origin.put("/slow.bin", { size: 50_000_000, bytesPerSecond: 1000 });
  const used = await run(globalThis.process.execPath, ["out/consumer.js", server.url, source, slow]);
  expect(used.code, used.output).toBe(0);
  const said = JSON.parse(used.output) as Record<string, string>;
  expect(said).toMatchObject({
    status: "COMPLETE",
    paused: expect.stringMatching(/^(?:PENDING|RUNNING|PAUSED)$/),
    refused: 409,
    nobody: "http://127.0.0.1:1",
    removed: "not_found",
    first: "snapshot",
  });
  expect((await readFile(said["destination"] ?? "")).equals(origin.bytes("/a.bin"))).toBe(true);
});

it("a misspelt field does not pass the check of types", async () => {
  await writeFile(
    join(folder, "wrong.ts"),
    'import { Haulyard } from "haulyard/client";\nexport const job = await new Haulyard().add("x", { sha265: "" });\n',
  );
  const args = [
    "--ignoreConfig",
    "--noEmit",
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--strict",
    "wrong.ts",
  ];
  const checked = await run(globalThis.process.execPath, [TSC, ...args]);
  expect(checked.code).not.toBe(0);
  expect(checked.output).toContain("sha265");
});

it("what is installed asks for nothing else and runs nothing", async () => {
  const manifest = JSON.parse(
    await readFile(join(folder, "node_modules/haulyard/package.json"), "utf8"),
  ) as Record<string, unknown>;
  expect(Object.keys(manifest)).not.toContain("dependencies");
  expect(Object.keys(manifest)).not.toContain("scripts");
  expect((await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
    "haulyard",
  ]);
  const script = await readFile(join(folder, "node_modules/haulyard/client.js"), "utf8");
  expect(script).not.toMatch(/^import\b/m);
});
