/** The index of files is told what the queue brings, and when downloads need the disk for themselves. */
import type { FileKeeper } from "../job/file-keeper-contract.ts";
import { isStoreUnreachable } from "../job/store-contract.ts";
import type { Cursor } from "../job/store-contract.ts";
import type { Engine, FeedItem } from "./engine-contract.ts";
import { keepFollowing } from "./keep-following.ts";

export interface KeepFilesParts {
  engine: Pick<Engine, "feed" | "cursor" | "node">;
  files: Pick<FileKeeper, "start" | "stop" | "noteJob" | "noteTraffic">;
  log: { error(facts: object, message: string): void };
}

/**
 * Works until it is closed, through outages of the store: it goes on where it was. What ended before it began is found
 * by the index's own look through the folders.
 */
export function keepFiles({ engine, files, log }: KeepFilesParts): { close(): Promise<void> } {
  const stopping = new AbortController();
  /** All up to here was told to the index; null: nothing yet. */
  let told: Cursor | null = null;
  files.start();
  const work = keepFollowing(follow, stopping.signal, (error) =>
    log.error({ err: error }, "the index of files could not be told of downloads; it is tried again"),
  );
  return {
    async close() {
      stopping.abort();
      await files.stop();
      await work;
    },
  };

  async function follow(signal: AbortSignal): Promise<void> {
    told ??= await engine.cursor();
    for await (const item of engine.feed(told, signal)) {
      await take(item);
      if ("cursor" in item) told = item.cursor;
    }
  }

  async function take(item: FeedItem): Promise<void> {
    switch (item.kind) {
      case "job": {
        const { job } = item;
        if (job.state.kind !== "complete" || job.place.kind !== "node" || job.place.name !== engine.node)
          return;
        await files.noteJob(job).catch((error: unknown) => {
          if (isStoreUnreachable(error)) throw error;
          // Whatever is wrong with this one, the others are told of.
          log.error({ err: error, jobId: job.id }, "a download could not be noted in the index of files");
        });
        return;
      }
      case "progress":
        files.noteTraffic(item.jobs.reduce((sum, { progress }) => sum + progress.bytesPerSecond, 0));
        return;
      case "removed":
      case "limit":
      case "settings":
      case "groups":
      case "machines":
      case "gap":
        return;
      default:
        throw item satisfies never;
    }
  }
}
