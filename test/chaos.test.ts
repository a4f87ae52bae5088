/** The short form of `npm run chaos`: a schedule of troubles of every kind, and then every promise is looked after. */
import { expect, test } from "vitest";
import { runChaos } from "./world/chaos/run-chaos.ts";
import { postgresFolder } from "./world/postgres.ts";

/** Another one by `HAULYARD_TEST_SEED`: the same troubles in the same order, at the same times. */
const SEED = Number(process.env["HAULYARD_TEST_SEED"] ?? 1);
const SECONDS = 25;

test.skipIf(postgresFolder() === null)(
  "three nodes under kills, cuts, wrong clocks and a full disk keep every promise (skipped without PostgreSQL)",
  async () => {
    const lines: string[] = [];
    const { broken, figures, plan } = await runChaos({
      seed: SEED,
      seconds: SECONDS,
      nodes: 3,
      workers: 1,
      instances: 2,
      perMinute: { file: 30, sent: 6, card: 6 },
      log: (line) => void lines.push(line),
    });
    expect(broken, `seed ${SEED}\n${lines.join("\n")}`).toEqual([]);
    expect(plan.length).toBeGreaterThan(10);
    expect(figures.complete).toBeGreaterThan(0);
    expect(figures.starts).toBeGreaterThan(0);
    expect(figures.events).toBeGreaterThan(figures.jobs);
  },
  1_800_000,
);
