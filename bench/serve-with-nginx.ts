/** A real nginx over one folder, on a free port of its own, with a configuration of its own. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "../tools/test-tools.ts";

export interface Served {
  url: string;
  /** Of the master; its workers are its children. */
  pid: number;
  stop: () => Promise<void>;
}

/** How long nginx may take to answer its first request. */
const START_MS = 10_000;

/** @param more other server blocks, made from the folder for nginx's own files */
export async function serveWithNginx(
  folder: string,
  scratch: string,
  more: (prefix: string) => string = () => "",
): Promise<Served> {
  const nginx = findProgram("nginx");
  if (nginx === null) throw new Error("The benchmark needs nginx (Debian: nginx-light).");
  const port = await freePort();
  const prefix = join(scratch, "nginx");
  mkdirSync(prefix);
  const file = join(prefix, "nginx.conf");
  writeFileSync(file, configuration(folder, prefix, port, more(prefix)));
  const args = ["-e", join(prefix, "error.log"), "-p", prefix, "-c", file];
  const child = spawn(nginx, args, { stdio: ["ignore", "inherit", "inherit"] });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  try {
    await answers(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: child.pid ?? 0, stop };
}

function configuration(folder: string, prefix: string, port: number, more: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
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
      server { listen 127.0.0.1:${port}; root ${folder}; keepalive_requests 100000; }
      ${more}
    }`;
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

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`nginx ended at once with ${child.exitCode}`);
    try {
      const answer = await fetch(url, { method: "HEAD" });
      await answer.body?.cancel();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`nginx did not answer within ${START_MS} ms`);
}
