/** A real server that has it all at once, and what it costs and how quickly it answers meanwhile. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobMessage } from "../../src/wire/job-message.ts";
import type { JobListMessage } from "../../src/wire/requests.ts";
import { call } from "../../test/world/api.ts";
import type { Haulyard, World } from "../../test/world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "../../test/world/haulyard.ts";
import type { Postgres } from "../../test/world/postgres.ts";
import { ROOT } from "../../tools/run-command.ts";
import { fillPostgres, fillStore } from "../fill-store.ts";
import type { Heard } from "../listen-events.ts";
import { createFleet } from "./fleet.ts";
import type { Fleet } from "./fleet.ts";
import { fillOf } from "./grow.ts";
import type { ControlOptions } from "./options.ts";
import { lagOf, usageOf } from "./read-usage.ts";
import { timingOf } from "./timings.ts";
import type { Timing } from "./timings.ts";

/** Of the server. */
const NODE = "local";
/** A machine that is away: what fills the store is in nobody's way. */
const ELSEWHERE = "elsewhere";
/** Jobs that wait are behind those that are to run, so that these are taken up first. */
const IN_FRONT = 100;
/** Pause between two requests of one kind. */
const EVERY_MS = 50;
/** What is asked of one server at once. */
const DOWNLOADS_OF_ORIGIN = 8;
/** Streams one process reads. */
const STREAMS_OF_ONE = 250;
/** The last events are still on their way. */
const SETTLE_MS = 5_000;
/** A thousand instances on two busy processors. */
const START_TIMEOUT_MS = 3_600_000;

export interface Served {
  database: string;
  /** Seconds from when it may take up jobs until a command is followed on every instance, and all downloads move. */
  startSeconds: number;
  /** By request; and events, from the request that caused them to each stream. */
  took: Record<string, Timing>;
  /** Milliseconds that the event loop was late. */
  lag: { mean: number; p99: number; worst: number };
  /** Of a processor. */
  processor: number;
  residentMiB: number;
  /** Events of progress of one stream, and what all streams were sent. A second. */
  eventsPerSecond: number;
  sentMiBPerSecond: number;
  running: number;
  broken: number;
  /** Mean number of processes that wanted one of the machine's processors. */
  load: number;
}

export async function measureServer(
  database: ControlOptions["databases"][number],
  options: ControlOptions,
  postgres: Postgres | null,
): Promise<Served> {
  const fleet = await createFleet();
  const world = await createWorld();
  const downloads = Math.max(1, Math.ceil(options.updates / 2));
  const origins = await startOrigins(downloads);
  try {
    const databaseUrl = database === "sqlite" ? null : await makeDatabase(postgres);
    const env = environmentOf(fleet, databaseUrl, downloads);
    const ids = await fill(world, env, fleet, options, databaseUrl);
    const server = await startHaulyard(world, { env });
    try {
      await queue(server, fleet, origins.urls, options.hosts, downloads);
      const begun = performance.now();
      await begin(server, options.hosts + downloads);
      const startSeconds = (performance.now() - begun) / 1000;
      return { database, startSeconds, ...(await measure(server, options, ids)) };
    } finally {
      await server.stop();
    }
  } finally {
    origins.child.stdin?.end();
    await fleet.remove();
    await world.remove();
  }
}

function environmentOf(fleet: Fleet, databaseUrl: string | null, downloads: number): Record<string, string> {
  return {
    PATH: `${fleet.bin}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
    HAULYARD_RESOURCES: fleet.resources,
    HAULYARD_LOCAL_JOBS: String(Math.min(1_000, downloads)),
    ...(databaseUrl === null ? {} : { HAULYARD_DATABASE_URL: databaseUrl }),
  };
}

async function makeDatabase(postgres: Postgres | null): Promise<string> {
  if (postgres === null) throw new Error("there is no PostgreSQL here");
  return postgres.create("serve");
}

/** Instances by the API, then the store full of jobs while nobody has it open. Answers jobs that wait. The server rests. */
async function fill(
  world: World,
  env: Record<string, string>,
  fleet: Fleet,
  { jobs, hosts }: ControlOptions,
  databaseUrl: string | null,
): Promise<string[]> {
  const server = await startHaulyard(world, { env });
  const hostIds: string[] = [];
  for (let n = 0; n < hosts; n += 1) {
    const { body } = await call<{ host: { id: string } }>(`${server.url}/hosts`, "POST", {
      ssh_connection: fleet.connectionOf(n),
    });
    hostIds.push(body.host.id);
  }
  await rest(server, true);
  await server.stop();
  const filling = { ...fillOf(jobs, hosts, ELSEWHERE, hostIds), priority: -IN_FRONT };
  if (databaseUrl === null) fillStore(join(world.data, "haulyard.db"), filling);
  else await fillPostgres(databaseUrl, filling);
  return hostIds;
}

/** It takes up nothing while it rests, so that what is to move is at the front before any of the rest is taken up. */
async function rest({ url }: Haulyard, drain: boolean): Promise<void> {
  await call(`${url}/nodes/${NODE}/drain`, "POST", { drain });
}

/** A command for every instance, and downloads that move. */
async function queue(
  { url }: Haulyard,
  fleet: Fleet,
  origins: readonly string[],
  hosts: number,
  downloads: number,
): Promise<void> {
  for (let n = 0; n < downloads; n += 1)
    await call(`${url}/jobs`, "POST", {
      source: `${origins[n % origins.length]}/slow-${n}.bin`,
      path: `slow/slow-${n}.bin`,
      priority: IN_FRONT,
    });
  for (let n = 0; n < hosts; n += 1)
    await call(`${url}/downloads/queue`, "POST", {
      ssh_connection: fleet.connectionOf(n),
      resources: [fleet.card],
      priority: IN_FRONT,
    });
}

/** Waits until all of them move. */
async function begin(server: Haulyard, count: number): Promise<void> {
  await rest(server, false);
  const running = async (): Promise<number> => (await movingOf(server.url)).length;
  await waitFor("the load", running, (moving) => moving >= count, START_TIMEOUT_MS);
}

/** Jobs that run and have told how far they are. */
async function movingOf(url: string): Promise<JobMessage[]> {
  const jobs: JobMessage[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const query: string = `status=RUNNING&limit=1000${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body }: { body: JobListMessage } = await call<JobListMessage>(`${url}/jobs?${query}`);
    jobs.push(...body.jobs);
    cursor = body.next;
  }
  return jobs.filter(({ progress }) => progress.stage === "downloading" && progress.bytes_done > 0);
}

async function measure(
  server: Haulyard,
  options: ControlOptions,
  hostIds: readonly string[],
): Promise<Omit<Served, "database" | "startSeconds">> {
  const { url, pid } = server;
  const listeners = await startListeners(url, options.streams);
  const waiting = await call<JobListMessage>(
    `${url}/jobs?status=PENDING&limit=200&host=${hostIds[0] ?? NODE}`,
  );
  const ids = waiting.body.jobs.map(({ id }) => id);
  await lagOf(url);
  const before = { ...usageOf(pid), at: performance.now() };
  const loads: number[] = [];
  const over = AbortSignal.timeout(options.seconds * 1000);
  const random = randomOf(options.seed);
  const some = (): string => ids[Math.floor(random() * ids.length)] ?? "";
  const asked = new Map<string, number>();
  const times = await Promise.all([
    again("status of one", over, () => call(`${url}/jobs/${some()}`)),
    again("first page of 100", over, () => call(`${url}/jobs?limit=100`)),
    again("change of one", over, async (round) => {
      const [id, priority] = [some(), -(round % 900) - IN_FRONT - 1];
      const at = Date.now();
      await call(`${url}/jobs/${id}`, "PATCH", { priority });
      asked.set(`${id} ${priority}`, at);
    }),
    again("load", over, async () => void loads.push(loadavg()[0] ?? 0)),
  ]);
  const passed = (performance.now() - before.at) / 1000;
  const lag = await lagOf(url);
  const after = usageOf(pid);
  const running = (await movingOf(url)).length;
  await sleep(SETTLE_MS);
  const heard = await Promise.all(listeners.map(stopListening));
  const took = Object.fromEntries(times.filter(([what]) => what !== "load"));
  took["event of a change, at each stream"] = timingOf(delaysOf(asked, heard, options.streams));
  const sum = (of: (one: Heard) => number): number => heard.reduce((all, one) => all + of(one), 0);
  const whole = (performance.now() - before.at) / 1000;
  return {
    took,
    lag,
    processor: (after.cpuSeconds - before.cpuSeconds) / passed,
    residentMiB: after.residentBytes / 2 ** 20,
    eventsPerSecond: sum(({ progress }) => progress) / options.streams / whole,
    sentMiBPerSecond: sum(({ bytes }) => bytes) / 2 ** 20 / whole,
    running,
    broken: sum(({ broken }) => broken),
    load: loads.reduce((all, one) => all + one, 0) / loads.length,
  };
}

/** From the request to every stream; one that a stream never heard of would be a lost event. */
function delaysOf(asked: ReadonlyMap<string, number>, heard: readonly Heard[], streams: number): number[] {
  const delays: number[] = [];
  let lost = 0;
  for (const [what, at] of asked) {
    const arrivals = heard.flatMap(({ arrivals }) => arrivals[what] ?? []);
    // Of changes of one job that come at once, the last alone is told.
    if (arrivals.length < streams) lost += 1;
    for (const arrived of arrivals) delays.push(arrived - at);
  }
  if (lost > asked.size / 10) throw new Error(`${lost} of ${asked.size} changes did not reach all streams`);
  return delays;
}

/** Asks one after the other, with a pause in between, until the signal aborts. */
async function again(
  what: string,
  over: AbortSignal,
  ask: (round: number) => Promise<unknown>,
): Promise<[string, Timing]> {
  const took: number[] = [];
  for (let round = 0; !over.aborted; round += 1) {
    const begun = performance.now();
    await ask(round);
    took.push(performance.now() - begun);
    await sleep(EVERY_MS);
  }
  return [what, timingOf(took)];
}

async function startListeners(url: string, streams: number): Promise<ChildProcess[]> {
  const children: ChildProcess[] = [];
  for (let from = 0; from < streams; from += STREAMS_OF_ONE) {
    const count = String(Math.min(STREAMS_OF_ONE, streams - from));
    const child = spawn(process.execPath, [join(ROOT, "bench/listen-events.ts"), url, count], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(createInterface(child.stdout), "line");
    children.push(child);
  }
  return children;
}

async function stopListening(child: ChildProcess): Promise<Heard> {
  const pieces: Buffer[] = [];
  child.stdout?.on("data", (piece: Buffer) => pieces.push(piece));
  child.stdin?.end();
  await once(child, "close");
  return JSON.parse(Buffer.concat(pieces).toString()) as Heard;
}

async function startOrigins(downloads: number): Promise<{ urls: string[]; child: ChildProcess }> {
  const count = String(Math.ceil(downloads / DOWNLOADS_OF_ORIGIN));
  const child = spawn(process.execPath, [join(ROOT, "bench/trickle.ts"), count], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { urls: JSON.parse(line) as string[], child };
}

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
