/** Begins to fetch an image: of the catalogue, or from an address (CONTRACT §4: duplicates; §5 A). */
import { join } from "node:path";
import type { Engine } from "../../engine/engine-contract.ts";
import { isEnded } from "../../job/job-state.ts";
import type { Job, JobDraft, TransferStep } from "../../job/job.ts";
import type { ImportRequest } from "../../job/image-contract.ts";
import { PLAIN_REQUEST } from "../../job/plain-request.ts";
import { redactText } from "../../job/redact.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { refusalError } from "../routes/refusals.ts";
import type { ImageRow } from "./image-rows.ts";
import type { ImageShelf } from "./image-shelf.ts";

type Parts = Pick<ServerParts, "engine" | "images" | "plan">;

interface Wanted {
  draft: JobDraft;
  step: TransferStep;
}

/**
 * Throws the answer where it is here already, or on its way. What failed is tried again; where there is a newer build
 * than the one that is here, that one comes.
 *
 * @param name what people are to call the job
 */
export async function startImage(
  id: string,
  name: string | null,
  parts: Parts,
  shelf: ImageShelf,
  signal: AbortSignal,
): Promise<Job> {
  const row = await shelf.row(id);
  refuseLive(row);
  if (row.entry === null || row.entry.id !== id) return startAgain(row, parts.engine);
  const wanted = await planImage(id, parts, signal);
  const draft = name === null ? wanted.draft : { ...wanted.draft, name };
  return submit(row, { ...wanted, draft: heedFile(draft, wanted.step, row) }, parts.engine);
}

export async function startImport(request: ImportRequest, parts: Parts, shelf: ImageShelf): Promise<Job> {
  const outcome = await parts.images.planImport(request);
  if (outcome.kind === "refused") {
    const { failure, field } = outcome;
    throw new RequestError(failure.code, `${redactText(failure.message)}.`, field);
  }
  const { step } = outcome;
  const row = (await shelf.rows()).find(({ id }) => id === step.name);
  if (row !== undefined) {
    refuseLive(row);
    if (row.phase === "READY") throw exists(`There is an image called ${step.name} already.`);
  }
  const draft: JobDraft = {
    source: { kind: "image", imageId: step.name, build: null },
    place: { kind: "node", name: parts.engine.node },
    steps: [step],
    name: step.name,
    destination: join(step.folder, step.name),
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
  };
  const heeded = row === undefined ? draft : heedFile(draft, step, row);
  return submit(row ?? null, { draft: heeded, step }, parts.engine);
}

async function planImage(id: string, { plan }: Parts, signal: AbortSignal): Promise<Wanted> {
  const outcome = await plan({ ...PLAIN_REQUEST, source: id }, signal);
  if (outcome.kind === "refused") throw refusalError({ ...outcome, field: "id" });
  const draft = outcome.kind === "planned" ? outcome.draft : null;
  const step = draft?.steps[0];
  if (draft?.source.kind !== "image" || step?.kind !== "transfer")
    throw new RequestError("unsupported", "A model goes by the same name; give the image another id.", "id");
  return { draft, step };
}

function refuseLive({ id, job }: ImageRow): void {
  if (job !== null && !isEnded(job.state)) throw exists(`The image ${id} is being downloaded already.`);
}

function exists(message: string): RequestError {
  return new RequestError("already_exists", message, "id");
}

/** An image of no catalogue has nothing but its job to be tried again by. */
async function startAgain({ id, job, phase, file }: ImageRow, engine: Engine): Promise<Job> {
  if (phase === "READY" || job === null || file?.path === job.destination)
    throw exists(`The image ${id} is here already, and no catalogue has it.`);
  return retried(job, engine);
}

/** What lies at the destination: the very image, another version of it, or bytes that are none. */
function heedFile(draft: JobDraft, step: TransferStep, { id, file, phase }: ImageRow): JobDraft {
  if (file === null || file.path !== draft.destination) return draft;
  const isDamaged = phase === "ERROR";
  if (!isDamaged && !isAnother(step, file)) throw exists(`The newest build of ${id} is here already.`);
  return { ...draft, steps: [{ ...step, ifExists: "replace" }] };
}

/** Of images that are always called alike, the hash tells. Where nobody knows it, the file is taken for the image. */
function isAnother({ checksum }: TransferStep, { note, hashes }: NonNullable<ImageRow["file"]>): boolean {
  if (checksum === null) return false;
  const told = note?.checksum?.algorithm === checksum.algorithm ? note.checksum.hex : undefined;
  const known = hashes[checksum.algorithm] ?? told;
  return known !== undefined && known !== checksum.hex;
}

async function submit(row: ImageRow | null, { draft, step }: Wanted, engine: Engine): Promise<Job> {
  const before = row?.job ?? null;
  if (before !== null && before.state.kind !== "complete") {
    if (isSame(before, draft, step)) return retried(before, engine);
    // Its unfinished bytes are of another build, or of another address: nobody goes on with them.
    if (before.destination !== draft.destination) await engine.act(before.id, "remove");
  }
  const { kind, job } = await engine.submit(draft);
  if (kind === "created") return job;
  throw exists(
    kind === "existing"
      ? `${job.name} is being downloaded already.`
      : `${job.name} is here already; its size is the expected one.`,
  );
}

function isSame({ steps, destination }: Job, draft: JobDraft, step: TransferStep): boolean {
  const [known] = steps;
  return (
    known?.kind === "transfer" &&
    destination === draft.destination &&
    known.url === step.url &&
    known.checksum?.hex === step.checksum?.hex &&
    known.ifExists === (draft.steps[0] as TransferStep).ifExists
  );
}

async function retried(job: Job, engine: Engine): Promise<Job> {
  const outcome = await engine.act(job.id, "retry");
  if (outcome.kind === "done") return outcome.job;
  throw exists(`${job.name} is being downloaded already.`);
}
