/** Many downloads under troubles that never end, in rounds; at the end of each nothing may be left or lost. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { JobMessage } from "../../src/wire/job-message.ts";
import type { JobListMessage } from "../../src/wire/requests.ts";
import { call } from "./api.ts";
import type { Haulyard, World } from "./haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./haulyard.ts";
import type { FileSpec, Origin, Rule } from "./origin.ts";
import { startOrigin } from "./origin.ts";
import { startTcpRelay } from "./tcp-relay.ts";
import type { TcpRelay } from "./tcp-relay.ts";

export interface SoakOptions {
  seed: number;
  /** Downloads of a round. */
  batch: number;
  /** Asked before each round; 0 to 1: how much of the run is done. Ends it at 1. */
  done: (downloads: number) => number;
  onRound?: (sample: SoakSample) => void;
}

/** What a server takes when a round is over and nothing runs. */
export interface SoakSample {
  downloads: number;
  trouble: Trouble;
  /** Counts the processes, from 1. */
  life: number;
  rssBytes: number;
  /** Open files and sockets. */
  handles: number;
  /** Rows of all tables of the queue. */
  rows: number;
}

export interface SoakResult {
  samples: readonly SoakSample[];
  kills: number;
  stops: number;
  cuts: number;
  bytes: number;
  /** Sentences; empty when all is well. */
  lost: readonly string[];
}

const TROUBLES = ["none", "kill", "stop", "cut", "pull"] as const;
type Trouble = (typeof TROUBLES)[number];

/** A round that takes longer hangs: milliseconds. */
const ROUND_TIMEOUT_MS = 600_000;
/** The part of the run in which processes are killed and stopped; after it one process has to stay as it is. */
const RESTARTS_UNTIL = 0.6;
const TABLES = ["jobs", "history", "search_texts"];

export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const world = await createWorld();
  await using origin = await startOrigin();
  await using relay = await startTcpRelay({ host: "127.0.0.1", port: Number(new URL(origin.url).port) });
  const soak = new Soak(options, world, origin, relay);
  try {
    return await soak.run();
  } finally {
    await soak.end();
    await world.remove();
  }
}

class Soak {
  readonly #options: SoakOptions;
  readonly #world: World;
  readonly #origin: Origin;
  readonly #relay: TcpRelay;
  readonly #random: () => number;
  readonly #samples: SoakSample[] = [];
  readonly #lost: string[] = [];
  readonly #counts = { kills: 0, stops: 0, cuts: 0, bytes: 0 };
  #server: Haulyard | null = null;
  #life = 0;
  #downloads = 0;

  constructor(options: SoakOptions, world: World, origin: Origin, relay: TcpRelay) {
    this.#options = options;
    this.#world = world;
    this.#origin = origin;
    this.#relay = relay;
    this.#random = randomOf(options.seed);
  }

  async run(): Promise<SoakResult> {
    await this.#start();
    for (let round = 0; ; round += 1) {
      const share = this.#options.done(this.#downloads);
      if (share >= 1) break;
      await this.#round(round, share);
    }
    return { samples: this.#samples, lost: this.#lost, ...this.#counts };
  }

  async end(): Promise<void> {
    await this.#server?.kill9();
  }

  async #round(round: number, share: number): Promise<void> {
    const trouble = this.#choose(share);
    const ids = await this.#submit(round);
    await this.#make(trouble);
    const jobs = await this.#untilEnded(ids);
    this.#downloads += ids.length;
    for (const job of jobs) await this.#check(job);
    await this.#clear(ids);
    const sample = await this.#sample(trouble);
    this.#samples.push(sample);
    this.#options.onRound?.(sample);
  }

  #choose(share: number): Trouble {
    const all = share < RESTARTS_UNTIL ? TROUBLES : (["none", "cut", "pull"] as const);
    return all[Math.floor(this.#random() * all.length)] ?? "none";
  }

  async #submit(round: number): Promise<string[]> {
    const ids: string[] = [];
    for (let number = 0; number < this.#options.batch; number += 1) {
      const path = `/r${round}/f${number}.bin`;
      this.#origin.put(path, fileOf(this.#random));
      const source = `http://127.0.0.1:${this.#relay.port}${path}`;
      const body = { source, path: `r${round}-f${number}.bin` };
      const answer = await call<JobMessage>(`${this.#url}/jobs`, "POST", body);
      if (answer.status !== 201) this.#lost.push(`${path} was answered with ${answer.status}`);
      else ids.push(answer.body.id);
    }
    return ids;
  }

  /** In the middle of the work, as far as there is a middle. */
  async #make(trouble: Trouble): Promise<void> {
    switch (trouble) {
      case "none":
        return;
      case "kill":
        this.#counts.kills += 1;
        await this.#server?.kill9();
        return this.#start();
      case "stop": {
        this.#counts.stops += 1;
        const code = await this.#server?.stop();
        if (code !== 0) this.#lost.push(`a stop ended with ${String(code)}`);
        return this.#start();
      }
      case "cut":
        this.#counts.cuts += 1;
        return this.#relay.cut();
      case "pull":
        this.#counts.cuts += 1;
        this.#relay.set("refuse");
        this.#relay.cut();
        // The next ones come through again: how many were refused is not asked.
        await new Promise((plugged) => setTimeout(plugged, 200));
        return this.#relay.set("pass");
      default:
        throw trouble satisfies never;
    }
  }

  async #untilEnded(ids: readonly string[]): Promise<JobMessage[]> {
    const wanted = new Set(ids);
    const ask = async (): Promise<JobMessage[]> => {
      const { body } = await call<JobListMessage>(`${this.#url}/jobs?limit=1000`);
      return body.jobs.filter(({ id }) => wanted.has(id));
    };
    const ended = (jobs: readonly JobMessage[]): boolean =>
      jobs.length === ids.length && jobs.every(({ status }) => status === "COMPLETE" || status === "FAILED");
    return waitFor("the end of a round", ask, ended, ROUND_TIMEOUT_MS);
  }

  async #check({ name, status, destination, error }: JobMessage): Promise<void> {
    if (status !== "COMPLETE" || destination === null) {
      this.#lost.push(`${name} is ${status}: ${error?.code ?? ""} ${error?.message ?? ""}`);
      return;
    }
    const [, round = "", file = ""] = /r(\d+)-f(\d+)\.bin$/.exec(destination) ?? [];
    const path = `/r${round}/f${file}.bin`;
    const bytes = await readFile(destination);
    this.#counts.bytes += bytes.length;
    if (createHash("sha256").update(bytes).digest("hex") !== this.#origin.hash(path))
      this.#lost.push(`${name} has other bytes than its origin`);
    this.#origin.remove(path);
    await rm(destination);
  }

  /** Everything of the round goes; whatever is left is a leak. */
  async #clear(ids: readonly string[]): Promise<void> {
    await call(`${this.#url}/jobs/actions`, "POST", { action: "remove", ids });
    this.#origin.requests.length = 0;
    const folder = join(this.#world.downloads, "files");
    await mkdir(folder, { recursive: true });
    const left = (await readdir(folder)).filter((name) => name.startsWith("r"));
    if (left.length > 0) this.#lost.push(`left behind: ${left.slice(0, 5).join(", ")}`);
  }

  async #sample(trouble: Trouble): Promise<SoakSample> {
    const pid = this.#server?.pid ?? 0;
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const rss = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    const handles = (await readdir(`/proc/${pid}/fd`)).length;
    const sample = { trouble, life: this.#life, rssBytes: rss, handles, rows: this.#rows() };
    return { downloads: this.#downloads, ...sample };
  }

  #rows(): number {
    const database = new DatabaseSync(join(this.#world.data, "haulyard.db"), {
      readOnly: true,
      timeout: 10_000,
    });
    const count = (table: string): number =>
      Number(database.prepare(`select count(*) as n from ${table}`).get()?.["n"]);
    const rows = TABLES.reduce((sum, table) => sum + count(table), 0);
    database.close();
    return rows;
  }

  async #start(): Promise<void> {
    this.#life += 1;
    this.#server = await startHaulyard(this.#world, {
      env: { HAULYARD_LOCAL_JOBS: "8", HAULYARD_CONNECTIONS: "4" },
    });
  }

  get #url(): string {
    return this.#server?.url ?? "";
  }
}

/** Most are plain; some are cut, refused, or come in chunks, as servers are. */
function fileOf(random: () => number): FileSpec {
  const size = Math.floor(random() ** 3 * 2_000_000);
  const seed = Math.floor(random() * 1e9);
  const kind = random();
  const once = (rule: Rule): FileSpec => ({ size, seed, rules: [{ ...rule, times: 1 }] });
  if (kind < 0.1) return once({ cutAfter: Math.floor(size / 2), cut: "rst" });
  if (kind < 0.2) return once({ cutAfter: Math.floor(size / 3), cut: "fin" });
  if (kind < 0.25) return once({ status: 503, retryAfter: 1 });
  // An empty file has to be announced as one: what comes in chunks and is nothing counts as a failure (CONTRACT §7.4).
  if (kind < 0.3) return { size: Math.max(1, size), seed, length: "chunked" };
  if (kind < 0.35) return { size, seed, ranges: "off" };
  return { size, seed };
}

/** mulberry32: a small generator that gives the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What grew that should not have; sentences, empty when nothing did. Looked at within the last process only. */
export function findLeaks(samples: readonly SoakSample[]): string[] {
  const life = samples.at(-1)?.life;
  const last = samples.filter((sample) => sample.life === life);
  // Caches fill up, code is compiled: a third of the rounds is for that.
  const warm = last.slice(Math.floor(last.length / 3));
  const half = Math.floor(warm.length / 2);
  const [early, late] = [warm.slice(0, half), warm.slice(half)];
  if (early.length === 0 || late.length === 0) return ["there were too few rounds to tell"];
  const least = (of: readonly SoakSample[], key: "rssBytes" | "handles" | "rows"): number =>
    Math.min(...of.map((sample) => sample[key]));
  const found: string[] = [];
  // The least of several looks: what is only put off is not leaked.
  if (least(late, "rssBytes") > 1.25 * least(early, "rssBytes") + 32 * 1024 * 1024)
    found.push(`memory grew from ${least(early, "rssBytes")} to ${least(late, "rssBytes")} bytes`);
  if (least(late, "handles") > least(early, "handles") + 4)
    found.push(`open files grew from ${least(early, "handles")} to ${least(late, "handles")}`);
  if (least(late, "rows") > least(early, "rows"))
    found.push(`rows grew from ${least(early, "rows")} to ${least(late, "rows")}`);
  return found;
}
