/** Metalinks among what is to be fetched → the files they describe. */
import { createReadStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import { isMetalink } from "./plan-get.ts";
import type { MetalinkOutcome, ReadMetalink } from "../../transfer/metalink/fetch-metalink.ts";
import type { Metalink, MetalinkFile } from "../../transfer/metalink/metalink.ts";

export type GetItem =
  | { kind: "file"; step: TransferStep }
  /** It cannot even be begun. */
  | { kind: "fault"; step: TransferStep; failure: Failure };

/** Mirrors of one file that are kept; a run never gets to the end of more. */
const MOST_MIRRORS = 63;

export async function expandMetalinks(
  steps: readonly TransferStep[],
  read: ReadMetalink,
  signal: AbortSignal,
): Promise<GetItem[]> {
  const items: GetItem[] = [];
  for (const step of steps) {
    const found = isMetalink(step.url) && !signal.aborted ? await expandOne(step, read, signal) : null;
    items.push(...(found ?? [{ kind: "file" as const, step }]));
  }
  return items;
}

/** Null if it was stopped. */
async function expandOne(
  step: TransferStep,
  read: ReadMetalink,
  signal: AbortSignal,
): Promise<GetItem[] | null> {
  const isHere = new URL(step.url).protocol === "file:";
  const outcome = isHere ? await readHere(fileURLToPath(step.url)) : await read(step, signal);
  switch (outcome.kind) {
    case "stopped":
      return null;
    case "failed":
      return [{ kind: "fault", step, failure: outcome.failure }];
    case "metalink":
      // A server of the internet may not choose addresses of this machine or of the networks around it.
      return toItems(outcome.place === "public" ? { ...step, reach: "public" } : step, outcome.metalink);
    default:
      throw outcome satisfies never;
  }
}

async function readHere(path: string): Promise<MetalinkOutcome> {
  // Few downloads begin with a Metalink, and reading XML takes a while to load.
  const { readMetalink } = await import("../../transfer/metalink/fetch-metalink.ts");
  const { MAX_METALINK_BYTES } = await import("../../transfer/metalink/parse-metalink.ts");
  const pieces: Uint8Array[] = [];
  try {
    // One byte more than may be there is enough to be refused.
    const stream = createReadStream(path, { end: MAX_METALINK_BYTES });
    for await (const piece of stream as AsyncIterable<Uint8Array>) pieces.push(piece);
    return readMetalink(Buffer.concat(pieces), path, "private");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const advice = "Check the path; a Metalink on this machine is given as a file.";
    return { kind: "failed", failure: failure("not_found", `${path} cannot be read (${code}).`, { advice }) };
  }
}

function toItems(asked: TransferStep, { files, faults }: Metalink): GetItem[] {
  const several = files.length + faults.length > 1;
  const single = { "--output": asked.name, "--sha256": asked.checksum, "--mirror": asked.mirrors[0] ?? null };
  const [option] = Object.entries(single).find(([, given]) => given !== null) ?? [];
  if (several && option !== undefined) {
    const message = `${option} is for one file, the Metalink names ${files.length + faults.length}.`;
    return [
      { kind: "fault", step: asked, failure: failure("unsupported", message, { advice: "Leave it out." }) },
    ];
  }
  return [
    ...files.map((file): GetItem => ({ kind: "file", step: stepOf(asked, file) })),
    ...faults.map(({ code, reason }): GetItem => {
      const advice = "Ask whoever made the Metalink to mend it.";
      return { kind: "fault", step: asked, failure: failure(code, reason, { advice }) };
    }),
  ];
}

function stepOf(asked: TransferStep, { name, size, checksum, urls }: MetalinkFile): TransferStep {
  const [url = "", ...mirrors] = urls.map((each) => each.url);
  return {
    ...asked,
    url,
    mirrors: [...mirrors.slice(0, MOST_MIRRORS), ...asked.mirrors],
    folder: asked.name === null ? join(asked.folder, dirname(name)) : asked.folder,
    name: asked.name ?? basename(name),
    size,
    checksum: asked.checksum ?? checksum,
    // Given for the Metalink: the servers it names belong to others.
    headers: new URL(url).origin === new URL(asked.url).origin ? asked.headers : {},
  };
}
