/**
 * Thousands of random downloads: whatever the server does, whatever is cut off and whenever, what ends up under
 * the final name is one version of the file, byte for byte, or there is an honest failure; and it ends well once
 * the server has come to its senses.
 *
 * `HAULYARD_TEST_SEED` chooses the same downloads again, `HAULYARD_TEST_DOWNLOADS` more or fewer of them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../src/transfer/testing/bench.ts";
import { spawnTransfer } from "../src/transfer/testing/spawn-child.ts";
import { stepFor } from "./world/downloads.ts";
import { mountFragileDisk, whyNoFragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import { seeded } from "./world/fragile-disk/power-cut.ts";
import { startOrigin } from "./world/origin.ts";
import { Player } from "./world/play-download.ts";
import { lookThrough, sumOf } from "./world/promises.ts";
import type { Scenario } from "./world/random-download.ts";
import { scenario } from "./world/random-download.ts";
import { testSeed } from "./world/test-seed.ts";

const DOWNLOADS = Number(process.env["HAULYARD_TEST_DOWNLOADS"] ?? 1000);
/** They wait for each other's disk and server most of the time. */
const AT_ONCE = 12;
/** A slow machine plays fewer. Milliseconds. */
const TIME = 90_000;
const FEWEST = 200;
/** To find a smaller scenario that fails, too. Milliseconds. */
const SHRINK_TIME = 60_000;

interface Failed {
  nth: number;
  error: unknown;
}

/** Plays all of them; answers the first that failed. */
async function playAll(
  player: Player,
  all: readonly Scenario[],
): Promise<{ played: number; failed: Failed | null }> {
  const until = Date.now() + Math.max(TIME, (all.length / 1000) * TIME);
  let next = 0;
  let failed: Failed | null = null;
  const work = async (): Promise<void> => {
    while (next < all.length && failed === null && (Date.now() < until || next < FEWEST)) {
      const nth = next;
      next += 1;
      await player.play(all[nth] as Scenario).catch((error: unknown) => {
        failed ??= { nth, error };
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { played: next, failed };
}

test("no random download ends in a wrong file, whatever the server does and wherever it is cut off", async () => {
  const seed = testSeed();
  await using disk = whyNoFragileDisk() === null ? await mountFragileDisk() : null;
  await using origin = await startOrigin();
  await using player = new Player(origin, disk);
  const all = fc.sample(scenario, { seed, numRuns: DOWNLOADS });
  const { played, failed } = await playAll(player, all);
  if (failed !== null) {
    // Alone, and then smaller ones: the report names the smallest that fails, and how to play it again.
    const property = fc.asyncProperty(scenario, (given) => player.play(given));
    const plugins = [fc.interruptAfterTimeLimit(SHRINK_TIME)];
    const path = String(failed.nth);
    const alone = await fc.check(property, { seed, path, numRuns: 1, plugins });
    const smaller = alone.failed && alone.counterexample !== null ? fc.defaultReportMessage(alone) : null;
    const words = `HAULYARD_TEST_SEED=${seed}, number ${path}: ${String(failed.error)}`;
    throw new Error(`${words}\nAlone: ${smaller ?? "no failure, or none in time"}`, { cause: failed.error });
  }
  process.stderr.write(`${played} random downloads in ${player.runs} runs, seed ${seed}\n`);
  expect(player.runs).toBeGreaterThan(played);
});

const MB = 1_000_000;
const MiB = 1024 * 1024;
/** An eighth of what is usual, so that a second is enough. */
const LIMITS = { flushEveryBytes: 4 * MiB, unclaimedBytes: 8 * MiB };
/**
 * What a kill may cost of what has come: what is not claimed (CONTRACT §7.3), and what was on its way from socket
 * to disk. What the kernel holds for a process that gets no turn does not count: up to 32 MiB a connection.
 */
const lossOf = (connections: number): number => LIMITS.unclaimedBytes + connections * 4 * MiB;

test.each([1, 4, 8])(
  "real processes on %i connections, killed at random: little is fetched twice",
  async (connections) => {
    const seed = testSeed();
    const random = seeded(seed);
    const name = "a.bin";
    const size = 300 * MB;
    await using origin = await startOrigin({
      [`/${name}`]: { size, bytesPerSecond: (160 * MB) / connections },
    });
    const folder = await mkdtemp(join(tmpdir(), "haulyard-killed-"));
    const content = origin.bytes(`/${name}`);
    const checksum = sha256(origin.hash(`/${name}`));
    const step = stepFor({ url: `${origin.url}/${name}`, folder, name, checksum });
    for (let kills = 0; kills < 3; kills += 1) {
      const child = spawnTransfer({ step, connections, limits: LIMITS, tellEveryBytes: MiB });
      const enough = (kills + random()) * 80 * MB;
      let ended = false;
      void child.ended.then(() => (ended = true));
      while (child.came() <= enough && !ended) await sleep(2);
      await child.kill();
      const { broken, claimed, final } = await lookThrough(folder, name, [content]);
      expect(broken, `seed ${seed}`).toEqual([]);
      if (final !== null) break;
      expect(sumOf(claimed), `seed ${seed}, kill ${kills}`).toBeGreaterThan(
        child.came() - lossOf(connections),
      );
    }
    expect(await spawnTransfer({ step, connections }).ended).toMatchObject({
      kind: "complete",
      checksumState: { kind: "verified" },
    });
    expect(await lookThrough(folder, name, [content])).toMatchObject({ broken: [], names: [name] });
    await rm(folder, { recursive: true });
  },
);
