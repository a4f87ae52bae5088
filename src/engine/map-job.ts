import type { FileMap } from "../job/file-map.ts";
import type { JobId } from "../job/job.ts";
import { placeName } from "../job/place.ts";
import type { JobStore } from "../job/store-contract.ts";
import type { ReadPartialMap } from "../job/transfer-contract.ts";
import type { Runner } from "./runner.ts";

const NOTHING: FileMap = { size: null, done: [], fetching: [] };

interface MapParts {
  store: JobStore;
  runner: Pick<Runner, "mapOf">;
  node: string;
  readPartialMap: ReadPartialMap;
}

/** Where the bytes of a job's file are. Null if the job is unknown; of one elsewhere nothing is known. */
export async function mapJob(id: JobId, parts: MapParts): Promise<FileMap | null> {
  const job = await parts.store.get(id);
  if (job === null) return null;
  const { bytesTotal: size } = job.progress;
  if (job.state.kind === "complete" && size !== null)
    return { size, done: size === 0 ? [] : [[0, size]], fetching: [] };
  const running = parts.runner.mapOf(id);
  if (running !== null) return running;
  // One elsewhere writes to the disk of another machine.
  if (job.destination === null || placeName(job.place) !== parts.node) return { ...NOTHING, size };
  return (await parts.readPartialMap(job.destination)) ?? { ...NOTHING, size };
}
