import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Most tests wait: for processes, disks, pauses.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "tools/**/*.test.ts", "web/src/**/*.test.{ts,tsx}"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Rows of the hostile matrix wait most of the time: for pauses, silence, processes.
          maxConcurrency: 16,
        },
      },
    ],
  },
});
