/** The program: `bin/haulyard` and `npm start` run this file. */
import { runCommandLine } from "./cli/run-command-line.ts";

// The exit code is set, not forced: what is still to be written is written.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  serve: async (given) => {
    const { serve } = await import("./main.ts");
    return serve(given);
  },
  worker: {
    work: async (given) => {
      const { work } = await import("./start-worker.ts");
      return work(given);
    },
    drain: async (given, timeoutSeconds) => {
      const { drainWorker } = await import("./start-worker.ts");
      return drainWorker(given, timeoutSeconds);
    },
  },
});
