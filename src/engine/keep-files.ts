/** The index of files is told what the queue brings, and when downloads need the disk for themselves. */
import type { FileKeeper } from "../job/file-keeper-contract.ts";
import type { Engine } from "./engine-contract.ts";

export interface KeepFilesParts {
  engine: Pick<Engine, "feed" | "cursor" | "node">;
  files: Pick<FileKeeper, "start" | "stop" | "noteJob" | "noteTraffic">;
  log: { error(facts: object, message: string): void };
}

/** Works until it is closed. What ended while nobody listened is found by the index's own look through the folders. */
export function keepFiles({ engine, files, log }: KeepFilesParts): { close(): Promise<void> } {
  const stopping = new AbortController();
  files.start();
  const work = listen(stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted)
      log.error({ err: error }, "the index of files is not told of downloads any more; a restart helps");
  });
  return {
    async close() {
      stopping.abort();
      await files.stop();
      await work;
    },
  };

  async function listen(signal: AbortSignal): Promise<void> {
    for await (const item of engine.feed(await engine.cursor(), signal)) {
      switch (item.kind) {
        case "job": {
          const { job } = item;
          if (job.state.kind === "complete" && job.place.kind === "node" && job.place.name === engine.node)
            await files.noteJob(job);
          break;
        }
        case "progress":
          files.noteTraffic(item.jobs.reduce((sum, { progress }) => sum + progress.bytesPerSecond, 0));
          break;
        case "removed":
        case "limit":
        case "settings":
        case "gap":
          break;
        default:
          throw item satisfies never;
      }
    }
  }
}
