/** Deletes an image: ends its download, deletes the file, and forgets the job. */
import type { Engine } from "../../engine/engine-contract.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { jobOf } from "../routes/refusals.ts";
import type { ImageShelf } from "./image-shelf.ts";

type Parts = Pick<ServerParts, "engine" | "images">;

/** Older builds of it have ids of their own, and stay. */
export async function removeImage(id: string, { engine, images }: Parts, shelf: ImageShelf): Promise<void> {
  const { job, file, phase } = await shelf.row(id);
  if (phase === "NOT_DOWNLOADED") throw new RequestError("not_found", "Nothing of this image is here.", "id");
  // First: what is still written to would come back.
  if (job !== null && job.state.kind !== "complete") await forget(job.id, engine);
  if (file !== null) await images.remove(file.filepath);
  if (job?.state.kind === "complete") await forget(job.id, engine);
}

async function forget(id: string, engine: Engine): Promise<void> {
  const outcome = await engine.act(id, "remove");
  if (outcome.kind !== "unknown") jobOf(outcome);
}
