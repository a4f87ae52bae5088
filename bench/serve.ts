/** The servers of the benchmark: one real nginx with several faces, and ways to it that are long or lossy. */
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findProgram } from "../tools/test-tools.ts";
import { TEST_TLS } from "../test/world/tls.ts";

export interface Served {
  /** Base of each face; null where this machine cannot have it. */
  urls: { plain: string; limited: string; tls: string; far: string; lossy: string | null };
  /** File with the authority of the certificate of `tls`. */
  ca: string;
  stop: () => Promise<void>;
}

/** What the limited face gives each connection. Bytes per second. */
const LIMIT = "20m";
const ROUND_TRIP_MS = 40;
/** Under way per connection on the long way: a usual TCP window. */
const WINDOW_BYTES = 1024 * 1024;
/** Of packets on the lossy link, each way. */
const LOSS = 0.002;
const GIGABIT = 125_000_000;
/** How long anything may take to be up. */
const START_MS = 10_000;
/** TEST-NET-2 (RFC 5737): nobody's address. */
const NEAR = "198.51.100.1";
const FAR = "198.51.100.2";
const HERE = dirname(fileURLToPath(import.meta.url));

/** @param folder what is served */
export async function serve(folder: string, scratch: string): Promise<Served> {
  const nginx = findProgram("nginx");
  if (nginx === null) throw new Error("The benchmark needs nginx (Debian: nginx-light).");
  const prefix = join(scratch, "nginx");
  mkdirSync(prefix);
  for (const [name, text] of Object.entries(TEST_TLS)) writeFileSync(join(prefix, `${name}.pem`), text);
  const children: ChildProcess[] = [];
  const namespaces: string[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) await end(child);
    for (const name of namespaces) spawnSync("ip", ["netns", "del", name]);
  };
  try {
    const [plain, limited, tls] = [await freePort(), await freePort(), await freePort()];
    const config = join(prefix, "nginx.conf");
    writeFileSync(config, configuration(folder, prefix, { plain, limited, tls }));
    const args = ["-e", join(prefix, "error.log"), "-p", prefix, "-c", config];
    children.push(spawn(nginx, args, { stdio: ["ignore", "inherit", "inherit"] }));
    const base = `http://127.0.0.1:${plain}`;
    await answers(base);
    const relay = [process.execPath, join(HERE, "delay-relay.ts"), String(plain)];
    const far = await startRelay([...relay, String(ROUND_TRIP_MS), String(WINDOW_BYTES)], children);
    const lossy = await serveOverLossyLink(nginx, folder, scratch, children, namespaces);
    const urls = {
      plain: base,
      limited: `http://127.0.0.1:${limited}`,
      tls: `https://127.0.0.1:${tls}`,
      far: `http://127.0.0.1:${far}`,
      lossy,
    };
    return { urls, ca: join(prefix, "cert.pem"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Null where this user may not make network namespaces and tunnels. */
async function serveOverLossyLink(
  nginx: string,
  folder: string,
  scratch: string,
  children: ChildProcess[],
  namespaces: string[],
): Promise<string | null> {
  const python = findProgram("python3");
  const name = `haulyard-bench-${process.pid}`;
  if (process.getuid?.() !== 0 || python === null || findProgram("ip") === null) return null;
  if (spawnSync("ip", ["netns", "add", name]).status !== 0) return null;
  namespaces.push(name);
  const numbers = [ROUND_TRIP_MS / 2, LOSS, GIGABIT].map(String);
  const link = spawn(python, [join(HERE, "lossy-link.py"), name, NEAR, FAR, ...numbers], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(link);
  if ((await firstLine(link)) !== "ready") return null;
  const prefix = join(scratch, "nginx-far");
  mkdirSync(prefix);
  const config = join(prefix, "nginx.conf");
  writeFileSync(config, configuration(folder, prefix, { address: FAR }));
  const args = ["netns", "exec", name, nginx, "-e", join(prefix, "error.log"), "-p", prefix, "-c", config];
  children.push(spawn("ip", args, { stdio: ["ignore", "inherit", "inherit"] }));
  const base = `http://${FAR}:8080`;
  await answers(base);
  return base;
}

type Faces = { plain: number; limited: number; tls: number } | { address: string };

function configuration(folder: string, prefix: string, faces: Faces): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const common = `root ${folder}; keepalive_requests 100000;`;
  const servers =
    "address" in faces
      ? [`listen ${faces.address}:8080; ${common}`]
      : [
          `listen 127.0.0.1:${faces.plain}; ${common}`,
          `listen 127.0.0.1:${faces.limited}; ${common} limit_rate ${LIMIT};`,
          `listen 127.0.0.1:${faces.tls} ssl; ${common} ssl_protocols TLSv1.3;
           ssl_certificate ${join(prefix, "cert.pem")}; ssl_certificate_key ${join(prefix, "key.pem")};`,
        ];
  return `
    ${process.getuid?.() === 0 ? "user root;" : ""}
    daemon off;
    worker_processes 2;
    pid ${join(prefix, "nginx.pid")};
    events { worker_connections 1024; }
    http {
      access_log off;
      sendfile on;
      sendfile_max_chunk 2m;
      tcp_nopush on;
      default_type application/octet-stream;
      ${temporary.map((name) => `${name}_temp_path ${join(prefix, name)};`).join("\n      ")}
      ${servers.map((server) => `server { ${server} }`).join("\n      ")}
    }`;
}

async function startRelay(command: string[], children: ChildProcess[]): Promise<number> {
  const [program = "", ...args] = command;
  const relay = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(relay);
  return Number(await firstLine(relay));
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) return "";
  const lines = createInterface({ input: stdout });
  const [line = ""] = (await Promise.race([once(lines, "line"), once(lines, "close")])) as [string?];
  return line;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(1_000) });
      await answer.body?.cancel();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`${url} did not answer within ${START_MS} ms`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
