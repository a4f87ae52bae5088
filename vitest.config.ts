import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tools/longest-first.ts";

/**
 * For machines many times slower than ours and busy with other things. They end what hangs, and claim nothing: what is
 * waited for is waited for itself. Milliseconds.
 */
const HANGS = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  teardownTimeout: 60_000,
  expect: { poll: { timeout: 120_000, interval: 20 } },
};

/**
 * One test file more at a time than processors: most of them wait, for processes, disks and pauses. More would only make
 * each of them slower. The most keeps the memory within 8 GB.
 */
const PROCESSORS = availableParallelism();
const FILES_AT_ONCE = Math.min(PROCESSORS + 1, 6);

export default defineConfig({
  test: {
    // Else a long file that comes last is waited for while a processor has nothing to do.
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "tools/**/*.test.ts", "web/src/**/*.test.{ts,tsx}"],
          ...HANGS,
          maxWorkers: FILES_AT_ONCE,
          // Where both are run, one after the other.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          ...HANGS,
          testTimeout: 600_000,
          maxWorkers: FILES_AT_ONCE,
          sequence: { groupOrder: 2 },
          // Rows of the hostile matrix wait most of the time: for pauses, silence, processes.
          maxConcurrency: 16,
        },
      },
    ],
  },
});
