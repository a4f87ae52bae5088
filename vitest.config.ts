import { defineConfig } from "vitest/config";

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

export default defineConfig({
  test: {
    // Most tests wait: for processes, disks, pauses.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "tools/**/*.test.ts", "web/src/**/*.test.{ts,tsx}"],
          ...HANGS,
        },
      },
      {
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          ...HANGS,
          testTimeout: 600_000,
          // Rows of the hostile matrix wait most of the time: for pauses, silence, processes.
          maxConcurrency: 16,
        },
      },
    ],
  },
});
