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

/**
 * Sources and tests are what Node runs as they stand, so Node itself loads them, as it does for users, and keeps what it
 * compiled. Vitest's own runner, which translates every file and asks its main process for each, is for what Node cannot
 * load. Nothing here is mocked, which is what the loader would be for.
 */
const AS_THEY_STAND = {
  experimental: { viteModuleRunner: false, nodeLoader: false },
  setupFiles: ["./tools/keep-compiled.ts"],
};

export default defineConfig({
  test: {
    // Else a long file that comes last is waited for while a processor has nothing to do.
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "tools/**/*.test.ts", "web/src/**/*.test.ts"],
          ...HANGS,
          ...AS_THEY_STAND,
          maxWorkers: FILES_AT_ONCE,
          // Where both are run, one after the other.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          // The name of the other and more: `--project "unit*"` is both.
          name: "unit-jsx",
          include: ["web/src/**/*.test.tsx"],
          ...HANGS,
          maxWorkers: FILES_AT_ONCE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          ...HANGS,
          ...AS_THEY_STAND,
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
