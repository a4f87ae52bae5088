/** A real Haulyard server as a child process, on a free port and in folders of its own. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { endAllIn } from "./processes.ts";
import { quickFolder } from "./quick-folder.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** A start longer than this hangs: two busy cores need seconds. */
const START_TIMEOUT_MS = 180_000;

export interface World {
  /** Everything below is in here. */
  folder: string;
  data: string;
  models: string;
  downloads: string;
  catalogue: string;
  remove(): Promise<void>;
}

/** Folders for one server, with a catalogue of its own. */
export async function createWorld(catalogue: Record<string, unknown> = {}, at?: string): Promise<World> {
  const folder = at ?? quickFolder("haulyard-world-");
  const world: World = {
    folder,
    data: join(folder, "data"),
    models: join(folder, "models"),
    downloads: join(folder, "downloads"),
    catalogue: join(folder, "model_configs.json"),
    remove: async () => {
      // Commands outlive their server, and would go on writing into what is removed.
      await endAllIn(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await mkdir(world.models, { recursive: true });
  await mkdir(world.downloads, { recursive: true });
  await writeFile(world.catalogue, `${JSON.stringify(catalogue, null, 2)}\n`);
  return world;
}

export interface Haulyard {
  /** Empty for a worker: it has none. */
  url: string;
  port: number;
  pid: number;
  /** What it printed so far, both streams. */
  output(): string;
  /** Gone at once, as after a power cut of the process. */
  kill9(): Promise<void>;
  /** Asked to stop, and waited for. Answers the exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  /** 0 takes a free one. */
  port?: number;
  env?: Record<string, string>;
  command?: "serve" | "worker";
}

/** Starts a server in a world. Restart it with the port it had before. */
export async function startHaulyard(
  world: World,
  { port = 0, env = {}, command = "serve" }: StartOptions = {},
): Promise<Haulyard> {
  const child = spawn(join(ROOT, "tools/n"), [join(ROOT, "src/haulyard.ts"), command], {
    cwd: world.folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: world.folder,
      // A worker listens only where it is told to.
      ...(command === "serve" ? { HAULYARD_PORT: String(port) } : {}),
      // The origin's speeds are those of a connection: with one, they are those of the file.
      HAULYARD_CONNECTIONS: "1",
      // What a test downloads it wants from its origin, though an earlier download may have brought the same bytes.
      HAULYARD_REUSE: "off",
      HAULYARD_DATA: world.data,
      HAULYARD_UI_HOME: join(world.folder, "ui"),
      HAULYARD_MODELS_DIR: world.models,
      HAULYARD_DOWNLOADS: world.downloads,
      HAULYARD_MODEL_CONFIGS: world.catalogue,
      ...env,
    },
  });
  const output: string[] = [];
  const url = await ready(child, output);
  return {
    url,
    port: url === "" ? 0 : Number(new URL(url).port),
    pid: child.pid ?? 0,
    output: () => output.join("\n"),
    kill9: async () => {
      await end(child, "SIGKILL");
    },
    stop: () => end(child, "SIGTERM"),
  };
}

function ready(child: ChildProcess, output: string[]): Promise<string> {
  return new Promise((resolveUrl, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`haulyard serve ${why}:\n${output.join("\n")}`));
    };
    const timer = setTimeout(() => fail("did not get ready"), START_TIMEOUT_MS);
    child.once("exit", (code, signal) => fail(`ended with ${code ?? signal}`));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        output.push(line);
        const [isReady, url = ""] =
          /Haulyard(?:'s worker \S+)? is ready(?: at (http:\/\/\S+))?/.exec(line) ?? [];
        if (isReady === undefined) return;
        clearTimeout(timer);
        child.removeAllListeners("exit");
        resolveUrl(url.replace(/\/$/, ""));
      });
    }
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
  return child.exitCode;
}

const TURN_MS = 50;

/** Asks until the answer fits, or fails with the last one after `timeoutMs`. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  timeoutMs = 180_000,
): Promise<T> {
  // In turns, not by the clock: a process that was stopped for a while did not wait.
  for (let turns = timeoutMs / TURN_MS; ; turns -= 1) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (turns <= 0) throw new Error(`${what} did not happen; last answer: ${JSON.stringify(answer)}`);
    await new Promise((again) => setTimeout(again, TURN_MS));
  }
}
