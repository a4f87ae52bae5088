/** Jobs are forgotten after a day; what they have brought is noted, so that it is known for as long as it lies here. */
import type { ImageLibrary, ImageNote } from "../../job/image-contract.ts";
import type { Job } from "../../job/job.ts";
import { everyJob } from "../../engine/every-job.ts";
import { keepFollowing } from "../../engine/keep-following.ts";
import type { ServerParts } from "../parts.ts";
import type { ImageShelf } from "./image-shelf.ts";

type Parts = Pick<ServerParts, "engine" | "images" | "logger">;

/** Follows until it is closed. What ended while nobody followed is caught up with first. */
export function followImages(parts: Parts, shelf: ImageShelf): { close(): Promise<void> } {
  const { engine, logger } = parts;
  const stopping = new AbortController();
  const complain = (error: unknown): void => {
    if (!stopping.signal.aborted)
      logger.error({ err: error }, "images could not be noted as they come; it is tried again");
  };
  const work = Promise.all([
    keepFollowing((signal) => shelf.follow(signal), stopping.signal, complain),
    keepFollowing((signal) => noteEach(parts, signal), stopping.signal, complain),
  ]);
  return {
    async close() {
      stopping.abort();
      await work;
    },
  };

  async function noteEach({ images }: Parts, signal: AbortSignal): Promise<void> {
    const cursor = await engine.cursor();
    await noteComplete(images);
    for await (const item of engine.feed(cursor, signal)) {
      if (item.kind === "job" && item.job.state.kind === "complete") await noteJob(item.job, images);
      if (item.kind === "gap") await noteComplete(images);
    }
  }

  async function noteComplete(images: ImageLibrary): Promise<void> {
    const complete = everyJob({ kinds: ["complete"], place: engine.node }, "oldest", engine);
    for await (const job of complete) await noteJob(job, images);
  }
}

async function noteJob(job: Job, images: ImageLibrary): Promise<void> {
  const note = noteOf(job);
  if (note !== null && job.destination !== null) await images.noteFile(job.destination, note);
}

/** Null for what is no image. */
function noteOf({ source, steps, checksumState }: Job): ImageNote | null {
  if (source.kind !== "image") return null;
  const [step] = steps;
  const wanted = step?.kind === "transfer" ? step.checksum : null;
  const { imageId, build = null } = source;
  if (checksumState?.kind !== "verified") return { imageId, build, checksum: wanted, verified: false };
  const { algorithm, hex, origin } = checksumState;
  return { imageId, build, checksum: { algorithm, hex, origin }, verified: true };
}
