/** Plays random downloads and finds the promises they break. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TransferOutcome } from "../../src/job/transfer-contract.ts";
import { sha256 } from "../../src/transfer/testing/bench.ts";
import type { Wish, WishOptions } from "./downloads.ts";
import { Downloads } from "./downloads.ts";
import type { FragileDisk } from "./fragile-disk/fragile-disk.ts";
import type { FileSpec, Origin } from "./origin.ts";
import { bootAgain, lookThrough } from "./promises.ts";
import type { End, Scenario } from "./random-download.ts";
import { contentOf, judgeOutcome, mirrorOf, versionsOf, withoutCutShort } from "./random-download.ts";

/** Small limits, so that every rule is met within a few requests. */
const LIMITS = {
  stallMs: 150,
  failuresInARow: 3,
  restarts: 3,
  flushEveryBytes: 200_000,
  unclaimedBytes: 400_000,
  overlapBytes: 64 * 1024,
  heartbeatMs: 1_000,
};
/** Saves the time of real syncs. */
const MEMORY = "/dev/shm";
/** A run that takes longer hangs. */
const LONGEST_RUN_MS = 300_000;

/** A promise that was broken. */
export class Broken extends Error {}

export class Player implements AsyncDisposable {
  readonly #origin: Origin;
  /** Null: no power cuts, no disk errors. */
  readonly #disk: FragileDisk | null;
  readonly #ways = {
    /** Small files are checked in memory. */
    short: new Downloads({ limits: LIMITS, directIo: "off" }),
    ordinary: new Downloads({ limits: { ...LIMITS, smallBytes: 0 }, directIo: "off" }),
    past_cache: new Downloads({ limits: { ...LIMITS, smallBytes: 0 }, directIo: "on" }),
  };
  /** With patience: for the end, when the server has come to its senses. */
  readonly #patient = new Downloads({ limits: { ...LIMITS, stallMs: 20_000 } });
  readonly #atPlay = new Set<Promise<void>>();
  #played = 0;
  /** Runs so far. */
  runs = 0;

  constructor(origin: Origin, disk: FragileDisk | null) {
    this.#origin = origin;
    this.#disk = disk;
  }

  /** Rejects with Broken. */
  play(given: Scenario): Promise<void> {
    const playing = this.#play(given);
    this.#atPlay.add(playing);
    return playing.finally(() => this.#atPlay.delete(playing));
  }

  async #play(given: Scenario): Promise<void> {
    this.#played += 1;
    const name = `r${this.#played}.bin`;
    const play = new Play(given, name, this.#origin, this.#disk);
    try {
      await play.begin();
      const downloads = this.#ways[given.way];
      for (const end of given.ends) {
        this.runs += 1;
        await play.once(end, downloads);
      }
      this.runs += 1;
      await play.toTheEnd(this.#patient);
    } finally {
      await play.clearAway();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#atPlay);
    for (const downloads of [...Object.values(this.#ways), this.#patient])
      await downloads[Symbol.asyncDispose]();
  }
}

class Play {
  readonly #given: Scenario;
  readonly #name: string;
  readonly #origin: Origin;
  readonly #disk: FragileDisk | null;
  readonly #specs: FileSpec[];
  readonly #versions: Buffer[];
  readonly #wish: Omit<Wish, "folder">;
  /** What ended well before, whole or, where nobody could know, cut short. */
  readonly #finals: Buffer[] = [];
  #folder = "";

  constructor(given: Scenario, name: string, origin: Origin, disk: FragileDisk | null) {
    this.#given = given;
    this.#name = name;
    this.#origin = origin;
    this.#disk = disk;
    this.#specs = versionsOf(given);
    const mirror = mirrorOf(given);
    this.#versions = [...this.#specs, ...(mirror === null ? [] : [mirror])].map(contentOf);
    const last = this.#specs.at(-1) as FileSpec;
    origin.put(`/${name}`, last);
    const checksum = given.knowsHash ? sha256(origin.hash(`/${name}`)) : null;
    const url = origin.put(`/${name}`, this.#specs[0] as FileSpec);
    const mirrors = mirror === null ? [] : [origin.put(`/mirror/${name}`, mirror)];
    this.#wish = { url, name, mirrors, checksum, ifExists: "replace" };
  }

  async begin(): Promise<void> {
    const name = this.#name.replace(/\.bin$/, "");
    this.#folder =
      (await this.#disk?.folder(name)) ??
      (await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), `haulyard-random-${name}-`)));
  }

  /** One run, cut off or not, and a look at what is there then. */
  async once(end: End, downloads: Downloads): Promise<void> {
    const folder = basename(this.#folder);
    const before = JSON.stringify(end);
    if (end.kind === "disk") {
      const fault = { on: [end.on], name: this.#name, after: end.after, errno: end.errno, times: end.times };
      await this.#disk?.fail([fault], this.#name);
    } else if (end.kind !== "itself" && end.kind !== "stop") {
      const { after, seed, kind } = end;
      await this.#disk?.planCuts({ folder, after, seed, chance: 1, most: 1, kinds: [kind] });
    }
    const options: WishOptions = end.kind === "stop" ? { stopAt: end.at } : {};
    const outcome = await this.#run(downloads, options);
    await this.#disk?.fail([], this.#name);
    const open = this.#disk?.openFiles(this.#folder) ?? [];
    if (open.length > 0) throw new Broken(`${before}, ${outcome.kind}: left open: ${open.join(" ")}`);
    const [cut] = (await this.#disk?.endCuts(folder)) ?? [];
    const wrong = await judgeOutcome(outcome, end, join(this.#folder, this.#name), this.#versions);
    if (wrong !== null) throw new Broken(`${before}: ${wrong}`);
    await this.#look(before);
    if (cut === undefined || this.#disk === null) return;
    await this.#disk.forget(folder);
    this.#folder = join(this.#disk.root, cut.folder);
    await this.#look(`${before}, cut off`);
    await bootAgain(this.#folder);
  }

  async #run(downloads: Downloads, options: WishOptions): Promise<TransferOutcome> {
    const { connections } = this.#given.files;
    const running = downloads.run({ ...this.#wish, folder: this.#folder }, { connections, ...options });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Broken("it hangs")), LONGEST_RUN_MS);
    });
    return Promise.race([running, late]).finally(() => clearTimeout(timer));
  }

  async #look(when: string): Promise<void> {
    const found = await lookThrough(this.#folder, this.#name, this.#versions, this.#finals);
    const broken = withoutCutShort(found, this.#given, this.#versions).filter(
      // Wrong bytes under right headers are the ledger's until the hash is known.
      (words) => !this.#given.wrongBytes || !words.includes("claimed"),
    );
    if (broken.length > 0) throw new Broken(`${when}: ${broken.join("; ")} (${found.names.join(" ")})`);
    if (found.final !== null) this.#finals.push(found.final);
  }

  /** The server comes to its senses: now it has to end well. */
  async toTheEnd(downloads: Downloads): Promise<void> {
    const { size, seed = 1, lastModified = null } = this.#specs.at(-1) as FileSpec;
    this.#origin.put(`/${this.#name}`, { size, seed, head: "none", lastModified });
    const outcome = await this.#run(downloads, {});
    if (outcome.kind !== "complete") throw new Broken(`at the end: ${JSON.stringify(outcome)}`);
    const { names, final, broken } = await lookThrough(this.#folder, this.#name, this.#versions);
    if (final === null || broken.length > 0) throw new Broken(`at the end: ${broken.join("; ")}`);
    if (names.length !== 1) throw new Broken(`at the end there is more left: ${names.join(" ")}`);
  }

  async clearAway(): Promise<void> {
    this.#origin.remove(`/${this.#name}`);
    this.#origin.remove(`/mirror/${this.#name}`);
    if (this.#disk !== null) await this.#disk.forget(basename(this.#folder));
    else await rm(this.#folder, { recursive: true, force: true });
  }
}
