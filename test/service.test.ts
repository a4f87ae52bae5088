/** A server as a service: what systemd hears of it, and how it stops. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findProgram } from "../tools/test-tools.ts";
import { call, jobOf } from "./world/api.ts";
import { runCli } from "./world/cli.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";

const LISTEN = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(s.recv(4096).decode().replace("\\n", "|"), flush=True)
`;

let world: World;
let listener: ChildProcess | null = null;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  listener?.kill("SIGKILL");
  listener = null;
  await world.remove();
});

/** What systemd would hear: on a real socket through the real program, where it is there; else what it is started with. */
async function listen(): Promise<{ env: Record<string, string>; heard: () => string }> {
  const socket = join(world.folder, "notify");
  if (findProgram("systemd-notify") !== null) {
    listener = spawn("python3", ["-c", LISTEN, socket], { stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    const reader = createInterface({ input: listener.stdout! });
    reader.on("line", (line) => lines.push(line));
    await once(reader, "line");
    return { env: { NOTIFY_SOCKET: socket }, heard: () => lines.join("\n") };
  }
  const told = join(world.folder, "told");
  const program = join(world.folder, "systemd-notify");
  await writeFile(
    program,
    `#!/bin/sh\necho "$*" | sed 's/--ready/READY=1/; s/--status=/STATUS=/' >> '${told}'\n`,
  );
  await chmod(program, 0o755);
  const PATH = `${world.folder}:${process.env["PATH"]}`;
  return {
    env: { NOTIFY_SOCKET: socket, PATH },
    heard: () => (existsSync(told) ? readFileSync(told, "utf8") : ""),
  };
}

test("systemd hears that it is ready, that it lives, and that it stops", async () => {
  const { env, heard } = await listen();
  const server = await startHaulyard(world, { env: { ...env, WATCHDOG_USEC: "400000" } });
  await waitFor(
    "ready",
    async () => heard(),
    (text) => text.includes("READY=1") && text.includes(`Serving at ${server.url}`),
  );
  await waitFor(
    "a sign of life",
    async () => heard(),
    (text) => text.split("WATCHDOG=1").length > 2,
  );
  expect(await server.stop()).toBe(0);
  // What the server sends is read by another process.
  await waitFor(
    "the word of its stop",
    async () => heard(),
    (text) => text.includes("STOPPING=1"),
  );
});

test("a health check passes while it serves and fails while it does not", async () => {
  const server = await startHaulyard(world);
  const ask = (): ReturnType<typeof runCli> =>
    runCli(["ready"], { cwd: world.folder, env: { HAULYARD_URL: server.url } });
  expect(await ask()).toMatchObject({ code: 0, stdout: "", stderr: "" });
  await server.stop();
  expect((await ask()).code).toBe(7);
});

test("a stop keeps every byte that came, and the next start goes on from there", async () => {
  const MB = 1_000_000;
  await using origin = await startOrigin({ "/a.bin": { size: 80 * MB, bytesPerSecond: 2 * MB } });
  let server = await startHaulyard(world);
  const { body } = await call<{ id: string }>(`${server.url}/jobs`, "POST", {
    source: `${origin.url}/a.bin`,
  });
  const job = (): ReturnType<typeof jobOf> => jobOf(server.url, body.id);
  await waitFor("some bytes", job, ({ progress }) => progress.bytes_done > 3 * MB);
  expect(await server.stop()).toBe(0);
  origin.release("/a.bin");
  const before = origin.seen("/a.bin").length;
  server = await startHaulyard(world);
  try {
    await waitFor("the rest", job, ({ status }) => status === "COMPLETE");
    const froms = origin
      .seen("/a.bin")
      .slice(before)
      .flatMap(({ range }) => /^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? []);
    // It went on from where it was; the other requests look at a few spots of what had come.
    expect(froms).toHaveLength(1);
    expect(Number(froms[0])).toBeGreaterThan(2 * MB);
  } finally {
    await server.stop();
  }
});
